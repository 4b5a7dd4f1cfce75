# SPDX-License-Identifier: LGPL-2.1-or-later
# Pycs that are in DESTDIR already, as pip makes them, are judged by more than their header: another
# recorded name or another form is made anew. What is right stays as it is.
. "$LIB/case.sh"

SITE=d/usr/lib/python3.11/site-packages
for name in a b c; do
	src $SITE/$name.py
done
"$PY" -I -m compileall -q d >/dev/null
grep -rqaF "d/usr" $SITE/__pycache__ || fail "no leak to begin with"
try 0 "$PYCSYNC" stage --json d
totals compiled=3
[ "$(grep -c 'records another name' out)" = 3 ] || fail "another reason"
check --root d d/usr
mv d t
unchanged try 0 "$PYCSYNC" stage t
mv t d
# Right names, but not canonical bytes.
"$PY" -I -m compileall -q -f -s "$T/d" -p / "$T/d" >/dev/null
cp -a d plain
try 0 "$PYCSYNC" stage --json --no-reproducible d
totals compiled=0 fresh=3
try 0 "$PYCSYNC" stage --json d
grep -q 'not in canonical form' out || fail "taken for canonical"
check --root d d/usr
try 0 "$PYCSYNC" stage --json d
totals compiled=0 fresh=3
# Who may read them is not who may read the source, as a umask has it.
chmod 600 "$(pyc $SITE/a.py)"
chmod 666 "$(pyc $SITE/b.py)"
chmod 755 "$(pyc $SITE/c.py)"
try 0 "$PYCSYNC" stage --json d
[ "$(grep -c 'permissions or owner are not those' out)" = 3 ] || fail "permissions"
check --root d d/usr
try 0 "$PYCSYNC" stage --json d
totals compiled=0 fresh=3
# Header and name are right, and the rest is not there, or not code.
truncate -s -5 "$(pyc $SITE/a.py)"
printf '\377' | dd of="$(pyc $SITE/b.py)" bs=1 seek=16 conv=notrunc status=none
try 0 "$PYCSYNC" stage --json d
totals compiled=2 fresh=1
[ "$(grep -c 'the pyc is damaged' out)" = 2 ] || fail "another reason"
check --root d d/usr
# A source that names its own build directory is compiled each time, and that is all.
src $SITE/says.py "ROOT = '$T/d'"
try 0 "$PYCSYNC" stage --json d
cp -a d saved
try 0 "$PYCSYNC" stage --json d
diff -r d saved || fail "other bytes"
# Orphans do not get into the package.
rm $SITE/a.py
try 0 "$PYCSYNC" stage d
absent "$(pyc $SITE/a.py)"
# A name that is no UTF-8 is fresh as well.
odd=$(printf '%s/odd\377.py' $SITE)
src "$odd"
try 0 "$PYCSYNC" stage --json d
try 0 "$PYCSYNC" stage --json d/ "/usr/lib/python3.11/site-packages/${odd##*/}"
totals compiled=0 fresh=1
