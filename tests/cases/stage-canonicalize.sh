# SPDX-License-Identifier: LGPL-2.1-or-later
# --canonicalize-only: pycs that are there get their canonical form; names of one file stay so, modes
# and times stay, nothing is compiled.
. "$LIB/case.sh"

SITE=d/usr/lib/python3.11/site-packages
src $SITE/a.py
src $SITE/same.py 'x = 1' 'import sys, os'
src $SITE/m/never.py
src d/usr/share/app/b.py
"$PY" -I -m compileall -q -o 0 -o 1 -o 2 --hardlink-dupes -s "$T/d" -p / "$T/d" >/dev/null
rm -r $SITE/m/__pycache__
cp "$(pyc $SITE/a.py)" $SITE/legacy.pyc
ln "$(pyc $SITE/same.py)" d/usr/share/app/other-name.pyc
chmod 640 $SITE/legacy.pyc
find d -name '*.pyc' -exec touch -d @1234567890.123456789 {} +
find d -name '*.pyc' -printf '%p %m %n %T@\n' | sort >was
(cd d && find . -name '*.pyc' -printf '%i %p\n' | sort -k 2 | "$PY" -I -c '
import sys
seen = {}
for line in sys.stdin:
    inode, path = line.split()
    print(path, seen.setdefault(inode, path))') >links
mv d t
unchanged try 0 "$PYCSYNC" stage --canonicalize-only -n t
says "to rewrite"
mv t d
cp -a d copy
try 0 "$PYCSYNC" stage --canonicalize-only d
says " rewritten"
find d -name '*.pyc' -printf '%p %m %n %T@\n' | sort >is
diff was is || fail "modes, links or times"
(cd d && find . -name '*.pyc' -printf '%i %p\n' | sort -k 2 | "$PY" -I -c '
import sys
seen = {}
for line in sys.stdin:
    inode, path = line.split()
    print(path, seen.setdefault(inode, path))') | cmp - links || fail "other links"
absent $SITE/m/__pycache__
cmp -s "$(pyc $SITE/a.py)" "copy/${SITE#d/}/__pycache__/a.$TAG.pyc" && fail "as it was"
find d -name '*.py' ! -name never.py >sources
check --root d --levels 0,1,2 d/usr/share
"$PYCSYNC" stage --json -o 0,1,2 --python "$PY" d | grep -c '"action": "compile"' >n || :
[ "$(cat n)" = 3 ] || fail "what it wrote is not what stage writes: $(cat n)"
mv d t
unchanged try 0 "$PYCSYNC" stage --canonicalize-only t
says "0 rewritten"
mv t d
# A PATH is a directory or a pyc; what is none is named and left alone.
cp copy/${SITE#d/}/__pycache__/a.$TAG.pyc $SITE/__pycache__/
try 0 "$PYCSYNC" stage --canonicalize-only d usr/share
says "0 rewritten"
try 0 "$PYCSYNC" stage --canonicalize-only d "$(pyc $SITE/a.py)"
says "1 rewritten"
try 2 "$PYCSYNC" stage --canonicalize-only d $SITE/a.py
echo nonsense >$SITE/__pycache__/odd.$TAG.pyc
head -c 40 "$(pyc $SITE/a.py)" >$SITE/__pycache__/short.$TAG.pyc
ln -s /etc/passwd $SITE/__pycache__/link.$TAG.pyc
cp -a d t
unchanged try 1 "$PYCSYNC" stage --canonicalize-only t
once "odd.$TAG.pyc: the code has no canonical form"
once "short.$TAG.pyc: the code has no canonical form"
try 1 "$PYCSYNC" stage --canonicalize-only --json d
tail -n 1 out | grep -q '"failed": 2' || fail "summary"

# In a user's directory root works as that user.
if is_root; then
	cp -a copy theirs
	chown -R 1234:4321 theirs
	cp -a theirs closed
	try 0 "$PYCSYNC" stage --canonicalize-only theirs
	says " rewritten"
	[ -z "$(find theirs ! -uid 1234)" ] || fail "not the user's: $(find theirs ! -uid 1234)"
	chown 0:0 "theirs/${SITE#d/}/legacy.pyc"
	cp "copy/${SITE#d/}/legacy.pyc" "theirs/${SITE#d/}/legacy.pyc"
	chmod 600 "theirs/${SITE#d/}/legacy.pyc"
	try 1 "$PYCSYNC" stage --canonicalize-only theirs
	once "legacy.pyc: Permission denied"
	chmod 555 "closed/${SITE#d/}/__pycache__"
	try 1 "$PYCSYNC" stage --canonicalize-only closed
	once "__pycache__/a.$TAG.pyc: Permission denied"
fi
