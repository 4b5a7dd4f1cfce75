# SPDX-License-Identifier: LGPL-2.1-or-later
# The same bytes with any number of workers, in any order, place, locale, umask and hash seed; links
# over all levels, and each pyc is written without the others.
. "$LIB/case.sh"

SITE=usr/lib/python3.11/site-packages
mkdir -p lib/lib/python3.11/site-packages
cp -r /usr/lib/python3.11/json /usr/lib/python3.11/email lib/lib/python3.11/site-packages
find lib -name __pycache__ -exec rm -r {} +
src lib/lib/python3.11/site-packages/sets.py 'def f(a): return a in {"a", "b", "c", None, ..., 1.5}'
src lib/lib/python3.11/site-packages/same02.py 'x = __debug__'
mkdir -p one a/rather/longer/place
mv lib one/usr
cp -a one a/rather/longer/place/two
try 0 "$PYCSYNC" stage -j1 -o 0,1,2 one
(umask 077 && LC_ALL=tr_TR.UTF-8 PYTHONHASHSEED=7 TZ=Asia/Tokyo \
	"$PYCSYNC" stage -j3 -o 2,1,0 -q a/rather/longer/place/two "/$SITE/sets.py" "/$SITE/email" "/$SITE")
for root in one a/rather/longer/place/two; do
	touch -d @1000000000 $root/$SITE
	(cd $root && find . -name '*.pyc' -exec sha256sum {} + | sort -k 2)
	(cd $root && find . -name '*.pyc' -printf '%p %m %n\n' | sort)
done >all
lines=$(wc -l <all)
head -n $((lines / 2)) all >first
tail -n +$((lines / 2 + 1)) all | cmp - first || fail "other bytes, modes or links"
check --root one --levels 0,1,2 one/usr
# Levels 0 and 2 alone.
inode() {
	stat -c %i "$(pyc one/$SITE/same02.py "$1")"
}
[ "$(inode "")" != "$(inode 1)" ] || fail "linked what differs"
src one/$SITE/zero2.py 'assert x'
sed -i 's/^/if __debug__: pass\nx = 1\n/' one/$SITE/zero2.py
src one/$SITE/one2.py 'def f():' '    assert 1' '    return 2'
try 0 "$PYCSYNC" stage -o 0,2 one
src one/$SITE/both.py 'x = 1'
try 0 "$PYCSYNC" stage -o 0,2 one
[ "$(stat -c %i one/$SITE/__pycache__/both.*.pyc | sort -u | wc -l)" = 1 ] || fail "0 and 2 are not linked"
ln "$(pyc one/$SITE/both.py)" held
before=$(cksum <held)
settle
src one/$SITE/both.py 'x = 33'
printf 'version: 1\nstaging: {extra: keep}\n' | policy
try 0 "$PYCSYNC" stage --policy policy.yaml -o 0 one
[ "$(cksum <"$(pyc one/$SITE/both.py 2)")" = "$before" ] || fail "the other level was written to"
[ "$(cksum <held)" = "$before" ] || fail "written through a link"
try 0 "$PYCSYNC" stage -o 0,2 one
[ "$(stat -c %i one/$SITE/__pycache__/both.*.pyc | sort -u | wc -l)" = 1 ] || fail "not linked again"
# Without canonical bytes it is compileall's file, bit for bit on this version.
rm -r one/$SITE/json/__pycache__
try 0 "$PYCSYNC" stage --no-reproducible one usr/lib/python3.11/site-packages/json
"$PY" -I -m compileall -q -f -o 0 -s "$T/a/rather/longer/place/two" -p / "$T/a/rather/longer/place/two/$SITE/json" >/dev/null
for file in one/$SITE/json/__pycache__/*-311.pyc; do
	cmp -s -i 16 "$file" "a/rather/longer/place/two/${file#one/}" || echo "${file##*/}"
done >differ
[ "$(wc -l <differ)" -le 2 ] || fail "not compileall's: $(cat differ)"
