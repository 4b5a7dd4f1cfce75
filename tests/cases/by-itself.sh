# SPDX-License-Identifier: LGPL-2.1-or-later
# An interpreter without a libpython does the work itself: a static CPython, and PyPy.
# slow
. "$LIB/case.sh"

static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
src t/a.py
src t/bad.py 'def f(:'
src t/caf.py '# coding: latin-1' "$(printf 'x = "\351"')"
try 1 "$PYCSYNC" sync --python "$static" --json t
totals compiled=2 failed=1
check --except "$T/t/bad.py" t
grep -q 'bad.py' err || grep -q 'bad.py' out || fail "bad.py is not named"
rm -r t/__pycache__

# One that has nothing but its executable and its library.
mkdir -p alone/bin alone/lib
cp "$static" alone/bin/python3.11
ln -s /usr/lib/python3.11 alone/lib/python3.11
rm t/bad.py
try 0 "$PYCSYNC" sync --python "$T/alone/bin/python3.11" --json t
totals compiled=2
check t
try 0 "$PYCSYNC" sync --python "$T/alone/bin/python3.11" --json t
totals compiled=0 fresh=2

printf 'from os import path\n' >t/encodings.py # in no one's way
command -v pypy3 >/dev/null || skip "pypy3 is not installed"
try 0 "$PYCSYNC" sync --python pypy3 --json t
totals compiled=3
for level in "" 1 2; do
	(cd t && pypy3 -B ${level:+-$(printf 'OO' | cut -c "1-$level")} -c \
		'import a, caf; assert ".pypy" in a.__cached__; assert caf.x == "\xe9"') || fail "PyPy, level $level"
done
try 0 "$PYCSYNC" sync --python pypy3 --json t
totals compiled=0 fresh=3

# The names of files are bytes to it as well, UTF-8 or not, on a system with locales or without.
for name in é ö/m "$(printf '\377')"; do
	src "u/$name.py" 'x = 1'
done
LC_ALL=C.UTF-8 pypy3 -m compileall -q "$T/u"
sums() {
	find u -name '*.pyc' -exec sha256sum {} + | sort
}
sums >before
try 0 "$PYCSYNC" verify --deep --python pypy3 u
synced() {
	find u -name __pycache__ -prune -exec rm -r {} +
	try 0 "$@" "$PYCSYNC" sync --python pypy3 --json u
	totals compiled=3
	sums >after
	cmp before after || fail "PyPy makes others of these names"
}
synced
if is_root && unshare --mount true 2>err; then
	# shellcheck disable=SC2016
	synced unshare --mount sh -c 'mount -t tmpfs none /usr/lib/locale; exec "$@"' sh
fi

for mode in checked-hash unchecked-hash; do
	rm -r t/__pycache__
	printf 'version: 1\ndefaults: {invalidation: %s}\n' $mode >policy.yaml
	try 0 "$PYCSYNC" sync --python pypy3 --policy policy.yaml --json t
	pypy3 -I -c 'import sys, _imp
for name in sys.argv[1:]:
    source, pyc = open(name, "rb").read(), open(name.replace("t/", "t/__pycache__/")[:-2] + sys.implementation.cache_tag + ".pyc", "rb").read()
    import importlib.util as u
    assert pyc[8:16] == u.source_hash(source), name' t/a.py t/caf.py || fail "$mode: PyPy reckons another hash"
	try 0 "$PYCSYNC" sync --python pypy3 --policy policy.yaml --json t
	totals compiled=0 fresh=3
done
