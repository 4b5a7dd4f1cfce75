# SPDX-License-Identifier: LGPL-2.1-or-later
# --deep compares whatever the importer would load, whatever else is wrong with it; and nothing else.
. "$LIB/case.sh"
SITE=usr/lib/python3/dist-packages
TREE=$T/t/$SITE
mkdir -p "$TREE"

# module NAME [OPTION...]: a source, and the pyc that compileall makes of another text of the same size and mtime.
module() {
	name=$1
	shift
	mkdir -p "$TREE/$name"
	echo 'x = 1' >"$TREE/$name/m.py"
	touch -d @1600000000 "$TREE/$name/m.py"
	(cd "$TREE/$name" && "$PY" -m compileall -q -d "/$SITE/$name" "$@" .)
	echo 'x = 2' >"$TREE/$name/m.py"
	touch -d @1600000000 "$TREE/$name/m.py"
}
module leak -d .
module elsewhere -d /opt/else/where
module permissions
chmod 0600 "$(pyc "$TREE/permissions/m.py")"
module mode --invalidation-mode unchecked-hash
module levels -o 0 -o 1
module names -o 0
(cd "$TREE/names" && echo 'x = 1' >m.py && touch -d @1600000000 m.py &&
	"$PY" -m compileall -q -d /opt/names -o 1 . && echo 'x = 2' >m.py && touch -d @1600000000 m.py)
module broken
echo 'x = (' >"$TREE/broken/m.py"
touch -d @1600000000 "$TREE/broken/m.py"
module one
ln -f "$(pyc "$TREE/leak/m.py")" "$(pyc "$TREE/one/m.py")"
expected='broken elsewhere leak levels levels mode names names one permissions'

# What the importer does not load is not compared: it is compiled anew.
module mtime
touch -d @1600000001 "$TREE/mtime/m.py"
module magic
printf '\1\2' | dd of="$(pyc "$TREE/magic/m.py")" conv=notrunc status=none
module checked --invalidation-mode checked-hash
module orphan
rm "$TREE/orphan/m.py"

differing() {
	sed -n 's|.*"finding": "code-differs".*"path": "/[^"]*packages/\([a-z]*\)/.*|\1|p' "$T/out" | sort | paste -sd ' '
}
settled() {
	# A ctime that is later is none of this.
	"$PYCSYNC" verify --deep --json --python "$PY" "$@" >"$T/out"
}
compare() {
	try 1 settled --fail-on error "$@"
	[ "$(differing)" = "$expected" ] || fail "compared: $(differing)"
}
compare --root "$T/t" "/$SITE"
tar -C "$T/t" -cf "$T/t.tar" usr
if is_root; then # links between directories: which of them is another's is not told by an ordinary tar
	compare "$T/t.tar"
fi

# And what is right is right, whatever it records.
for source in "$TREE"/*/m.py; do
	echo 'x = 1' >"$source"
	touch -d @1600000000 "$source"
done
try 0 "$PYCSYNC" verify --deep --json --python "$PY" --fail-on code-differs --root "$T/t" "/$SITE"
[ "$(differing)" = "" ] || fail "compared: $(differing)"

# A pyc that is too large to be looked into is not called right.
rm -r "$TREE"
module large
truncate -s 33M "$(pyc "$TREE/large/m.py")"
try 1 "$PYCSYNC" verify --deep --python "$PY" --fail-on error --root "$T/t" "/$SITE"
says "m.$TAG.pyc: it is too large to be compared"

# Nor is one in a package that nothing can be compiled for.
rm -r "$TREE"
mkdir -p "$TREE"
echo 'x = 1' >"$TREE/m.py"
touch -d @1600000000 "$TREE/m.py"
mkdir "$TREE/__pycache__"
printf '\0\1\r\n\0\0\0\0\0\20\136\137\6\0\0\0N' >"$TREE/__pycache__/m.pypy37.pyc"
tar -C "$T/t" -cf "$T/t.tar" usr
try 0 "$PYCSYNC" verify "$T/t.tar"
try 1 "$PYCSYNC" verify --deep "$T/t.tar"
says "(pypy3.7): no interpreter is there to compile for it"
