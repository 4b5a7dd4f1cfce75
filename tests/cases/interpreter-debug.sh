# SPDX-License-Identifier: LGPL-2.1-or-later
# A debug build has tag, magic number, tree and bytes of the normal one. It serves where it is named, and of two that
# are named, the first; the other stands in for it.
. "$LIB/case.sh"
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
not_with_asan "the copy has no library of the sanitizer"

# The distribution's interpreter in a prefix of its own, where it says that it is a debug build; its standard library
# is behind a link, and the library of a normal build lies beside it.
mkdir -p py/bin py/lib lib
cp "$static" py/bin/python3.11d
ln -s /usr/lib/python3.11/* lib/
rm lib/encodings
cp -r /usr/lib/python3.11/encodings lib/
echo 'import sys; sys.abiflags = "d"' >>lib/encodings/__init__.py
ln -s "$T/lib" py/lib/python3.11
echo normal >py/lib/libpython3.11.so.1.0
debug=$T/py/bin/python3.11d

src t/a.py
src t/b.py
# compiled_by PYTHON...: in the order of the policy; all of it is compiled once.
compiled_by() {
	rm -rf t/__pycache__
	(IFS=,; echo "version: 1"; echo "interpreters: [$*]") | policy
	try 0 "$PYCSYNC" sync --policy policy.yaml --json t
	totals compiled=2
	plan >plan
	! grep -v ' 3.11 0$' plan || fail "its version is not that of the directory"
	check t
	try 0 "$PYCSYNC" sync --policy policy.yaml --json t
	totals compiled=0 fresh=2
}
compiled_by "$debug"
compiled_by "$debug" "$PY"
compiled_by "$PY" "$debug"
try 0 "$PYCSYNC" interpreters --json --python "$debug"
grep -F "$debug" out >line
grep -q '"worker": "executable"' line && ! grep -q libpython3 line || fail "another build's library: $(cat line)"

# It stands in for a normal one that cannot be started.
mkdir -p broken/bin
head -c 2000000 "$static" >broken/bin/python3.11
chmod +x broken/bin/python3.11
compiled_by "$T/broken/bin/python3.11" "$debug"

# A link is what it leads to, as Debian's python3.11-dbg.
ln -s python3.11d py/bin/python3.11-dbg
rm -r t/__pycache__
try 0 "$PYCSYNC" sync --python "$T/py/bin/python3.11-dbg" --json t
totals compiled=2

# Real ones: /usr/bin/python3.Xd, and those of PYCSYNC_EXTRA_PYTHONS.
tried=
for python in /usr/bin/python3.*d $(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : ' '); do
	"$python" -I -c 'import sys; sys.exit("d" not in sys.abiflags)' 2>/dev/null || continue
	rm -rf t
	mkdir t
	cp -r /usr/lib/python3.11/json t/json
	find t -name __pycache__ -prune -exec rm -r {} +
	try 0 "$PYCSYNC" sync --python "$python" t
	"$python" -I -X utf8 -W ignore "$LIB/pyccheck.py" t >check 2>&1 || fail "$python: $(cat check)"
	tried="$tried $python"
done
echo "note: real debug builds:${tried:- none}"
