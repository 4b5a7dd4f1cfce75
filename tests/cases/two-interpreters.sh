# SPDX-License-Identifier: LGPL-2.1-or-later
# --python twice: caches for both, one of them missing or stale does not touch the other's.
. "$LIB/case.sh"

other=
for python in $(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : ' '); do
	if "$python" -I -c 'import sys, sysconfig
sys.exit(sys.version_info < (3, 8) or sys.implementation.cache_tag == "cpython-311"
         or not sysconfig.get_config_var("Py_ENABLE_SHARED"))' 2>err; then
		other=$python
	fi
done
[ -n "$other" ] || skip "only one interpreter"
tag=$("$other" -I -c 'import sys; print(sys.implementation.cache_tag)')
both() {
	run 0 --python "$other" "$@"
	check t
	"$other" -I -X utf8 -W ignore "$LIB/pyccheck.py" t >check || fail "$(cat check)"
}
src t/a.py
src t/b.py
both --json t
totals compiled=4 fresh=0
rm t/__pycache__/a.$tag.pyc
both --json t
totals compiled=1 fresh=3
src t/a.py 'match = 1'
both --json t
rm t/a.py
run 0 --json t/a.py
absent "$(pyc t/a.py)" t/__pycache__/a.$tag.pyc
there t/__pycache__/b.$tag.pyc
# What only one of them can compile is the other's success.
"$other" -I -c 'import sys; sys.exit(sys.version_info < (3, 12))' || exit 0
"$PY" -I -c 'import sys; sys.exit(sys.version_info >= (3, 12))' || exit 0
src t/new.py 'type X = int'
run 1 --python "$other" t
once "$T/t/new.py"
absent "$(pyc t/new.py)"
there t/__pycache__/new.$tag.pyc
