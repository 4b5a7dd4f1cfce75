# SPDX-License-Identifier: LGPL-2.1-or-later
# Pycs that are symbolic links, as stow makes them: Python takes what they lead to, verify judges that, sync
# leaves them.
. "$LIB/case.sh"
ROOT=$T/t
SITE=usr/lib/python3/dist-packages
STOW=usr/local/stow/p
src "$ROOT/$STOW/m.py"
src "$ROOT/$STOW/other.py" 'x = 1'
run 0 --root "$ROOT" "/$STOW"
mkdir -p "$ROOT/$SITE/__pycache__"
ln -s "../../../../$STOW/m.py" "$ROOT/$SITE/m.py"
link=$ROOT/$SITE/__pycache__/m.$TAG.pyc
point() {
	ln -sfn "$1" "$link"
}
verify() {
	try "$1" "$PYCSYNC" verify --json --python "$PY" --root "$ROOT" --deep "/$SITE"
}
point "../../../../../$STOW/__pycache__/m.$TAG.pyc"
verify 0
snap "$ROOT" >before
run 0 --root "$ROOT" "/$SITE"
[ ! -s err ] || fail "sync has something to say"
says "0 compiled"
snap "$ROOT" | cmp - before || fail "sync changed something"
# In the root, and not outside of it.
point "/$STOW/__pycache__/m.$TAG.pyc"
verify 0

# What is wrong behind the link is wrong, and the fix is what it says.
point "../../../../../$STOW/__pycache__/other.$TAG.pyc"
verify 1
says '"stale-size"'
run 1 --root "$ROOT" "/$SITE"
says "not a regular file; it is left alone"
point "../../../../../$STOW/__pycache__/m.$TAG.pyc"
truncate -s 20 "$ROOT/$STOW/__pycache__/m.$TAG.pyc"
verify 1
says '"truncated"'
command=$("$PY" -I -c 'import json
print(json.loads(open("out").readline())["command"])')
mkdir bin
ln -s "$PYCSYNC" bin/pycsync
PATH=$T/bin:$PATH sh -ec "$command"
verify 0
[ ! -h "$link" ] || fail "the link is still there"
there "$ROOT/$STOW/__pycache__/m.$TAG.pyc"
run 0 --root "$ROOT" "/$STOW"

# Code that is not the source's, and a link to nowhere or to what is no file.
point "../../../../../$STOW/__pycache__/m.$TAG.pyc"
"$PY" -I -c 'import sys, marshal
with open(sys.argv[1], "r+b") as file:
    head = file.read(16)
    file.seek(0)
    file.write(head + marshal.dumps(compile("x = 1", sys.argv[2], "exec")))
    file.truncate()' "$ROOT/$STOW/__pycache__/m.$TAG.pyc" "/$STOW/m.py"
verify 1
says '"code-differs"'
for target in nowhere . /dev/null "m.$TAG.pyc"; do
	point "$target"
	verify 1
	says '"no-file"'
	run 1 --root "$ROOT" "/$SITE"
	there "$link"
done

# Outside of __pycache__, too.
rm "$link"
mkdir "$ROOT/$SITE/m"
ln -s "../../../../../$STOW/__pycache__/other.$TAG.pyc" "$ROOT/$SITE/m/__init__.pyc"
verify 1
says '"legacy-shadow"'

# Root reads by no link of another user's that leads to somebody else's.
is_root || exit 0
rm -r "$ROOT/$SITE/m"
chown -R 1234:1234 "$ROOT/$SITE"
rm "$ROOT/$SITE/m.py"
src "$ROOT/$SITE/m.py"
cp "$ROOT/$STOW/__pycache__/other.$TAG.pyc" "$ROOT/usr/secret"
chmod 600 "$ROOT/usr/secret"
point /usr/secret
chown -h 1234:1234 "$link"
chown 4321 "$ROOT/usr/secret"
verify 1
says '"not-examined"'

# Nor is what is cached of such a source called nobody's.
rm -r "$ROOT/$SITE"
mkdir -p "$ROOT/$SITE"
src "$ROOT/usr/theirs/m.py"
ln -s ../../../theirs/m.py "$ROOT/$SITE/m.py"
run 0 --root "$ROOT" "/$SITE"
there "$ROOT/$SITE/__pycache__/m.$TAG.pyc"
chown 1234 "$ROOT/usr/theirs/m.py"
verify 1
says '"not-examined"'
[ "$(wc -l <out)" = 2 ] || fail "more is found"
