# SPDX-License-Identifier: LGPL-2.1-or-later
# A tree synced for an interpreter is accepted whole by it, and holds the code that it compiles itself.
# slow
. "$LIB/case.sh"

tried=
for python in "$PY" $(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : ' '); do
	"$python" -I -c 'import sys, sysconfig
sys.exit(sys.version_info < (3, 8) or not sysconfig.get_config_var("Py_ENABLE_SHARED"))' 2>err || continue
	rm -rf t
	mkdir -p t/wild
	stdlib=$("$python" -I -c 'import os; print(os.path.dirname(os.__file__))')
	cp -r "$stdlib/json" "$stdlib/concurrent" "$stdlib/enum.py" t
	find t -name __pycache__ -prune -exec rm -r {} +
	src t/wild/a.py 'def f(): pass' 'x = "\u00e9", 1.5, 2**200, -1, b"x", 1j, (), {}' 'y = x[1:2]'
	src "t/wild/$(printf '\351').py"
	policy <<-END
		version: 1
		defaults:
		  optimize: [0, 1, 2]
	END
	version=$("$python" -I -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
	try 0 "$PYCSYNC" sync --policy policy.yaml --python "$python" t
	"$python" -I -X utf8 -W ignore "$LIB/pyccheck.py" --levels 0,1,2 t >check 2>&1 ||
		fail "$version: $(cat check)"
	unchanged try 0 "$PYCSYNC" sync --policy policy.yaml --python "$python" t
	tried="$tried $version"
done
[ -n "$tried" ] || fail "no interpreter"
echo "note: tried$tried"
