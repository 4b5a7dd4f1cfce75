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
# What a source says is in its pyc, and was not brought there by the build: not the path of DESTDIR, nor that of a
# neighbour.
src $SITE/says.py "ROOT = '$T/d', '$T/dist/x'"
src $SITE/near.py "ROOT = '$T/dist/x'"
try 0 "$PYCSYNC" stage --json d
try 0 "$PYCSYNC" stage --json d
totals compiled=0 fresh=5
# But of the names that its code records, the source knows nothing.
"$PY" -I - "$T/d" "/${SITE#d/}/says.py" <<-'END'
	import importlib.util, marshal, os, sys
	root, path = sys.argv[1:]
	with open(root + path, "rb") as file:
	    source = file.read() + b"def f(): pass\n"
	with open(root + path, "wb") as file:
	    file.write(source)
	code = compile(source, path, "exec")
	consts = tuple(c.replace(co_filename=root + path) if hasattr(c, "co_code") else c for c in code.co_consts)
	st = os.stat(root + path)
	with open(importlib.util.cache_from_source(root + path), "wb") as file:
	    file.write(importlib.util.MAGIC_NUMBER + bytes(4) + int(st.st_mtime).to_bytes(4, "little")
	               + st.st_size.to_bytes(4, "little") + marshal.dumps(code.replace(co_consts=consts)))
END
try 0 "$PYCSYNC" stage --no-reproducible --json d
grep -q 'says.py.*records another name' out || fail "a name in the code"
try 0 "$PYCSYNC" stage --json d
# A module without its source: there, nothing tells where a path of DESTDIR itself came from.
echo "ROOT = '$T/dist/x'" >$SITE/alone.py
"$PY" -I -c 'import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[1] + "c", sys.argv[2])' \
	$SITE/alone.py "/${SITE#d/}/alone.py"
rm $SITE/alone.py
try 0 "$PYCSYNC" stage d
silent verify --stage d
echo "ROOT = '$T/d.'" >$SITE/alone.py
"$PY" -I -c 'import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[1] + "c", sys.argv[2])' \
	$SITE/alone.py "/${SITE#d/}/alone.py"
rm $SITE/alone.py
try 1 "$PYCSYNC" stage d
once "alone.pyc: it has no source, and the path of DESTDIR in it"
try 1 "$PYCSYNC" verify --stage d
says leaking-path
rm $SITE/alone.pyc
# What the policy excludes keeps its pyc.
echo 'version: 1
rules: [{match: "**/near.py", compile: false}]' | policy
try 0 "$PYCSYNC" stage --policy policy.yaml d
there "$(pyc $SITE/near.py)"
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
