# SPDX-License-Identifier: LGPL-2.1-or-later
# A pyc with names in directories of several owners is rewritten for each of them: root's name becomes
# none of a user's file, nor of what the user puts in its place.
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"
need strace

SITE=t/usr/lib/python3/dist-packages

# world: one old pyc with the names x.pyc in each of the directories; all of them are root's.
world() {
	rm -rf t
	for dir in "$@"; do
		mkdir -p $SITE/$dir
		[ -e x.pyc ] || compile_x
		[ -e $SITE/$1/x.pyc ] || cp x.pyc $SITE/$1/
		[ -e $SITE/$dir/x.pyc ] || ln $SITE/$1/x.pyc $SITE/$dir/
	done
}

# compile_x: something whose bytes are not in canonical form.
compile_x() {
	src x.py 'import os' 'def f(): return {1, 2, 3}, "abc", os' 'x = f'
	"$PY" -I -c 'import py_compile; py_compile.compile("x.py", "x.pyc", "/x.py")'
}

# is_of DIR UID DIR...: x.pyc is that user's in all of them, one file, and no other directory's.
is_of() {
	is_uid=$2
	first=$1
	shift 2
	for dir in "$first" "$@"; do
		[ "$(stat -c %u $SITE/$dir/x.pyc)" = "$is_uid" ] || wrong "$how: $dir/x.pyc is $(stat -c %u $SITE/$dir/x.pyc)'s"
		[ "$(stat -c %i $SITE/$dir/x.pyc)" = "$(stat -c %i $SITE/$first/x.pyc)" ] || wrong "$how: $first/x.pyc and $dir/x.pyc are two files"
	done
	[ "$(stat -c %h $SITE/$first/x.pyc)" = $(($# + 1)) ] || wrong "$how: $first/x.pyc has $(stat -c %h $SITE/$first/x.pyc) names"
}

# The first name is root's, or the user's.
for order in "a b" "b a"; do
	set -- $order
	how="eve's $1"
	world a b
	own $EVE $SITE/$1
	chown 0:0 $SITE/$1/x.pyc
	try 0 "$PYCSYNC" stage --canonicalize-only t
	says "2 rewritten"
	is_of $1 $EVE
	is_of $2 0
	cmp -s $SITE/a/x.pyc x.pyc && fail "it was canonical"
	cmp -s $SITE/a/x.pyc $SITE/b/x.pyc || wrong "$how: they differ"
done

how="directories in turn"
world a b c d e
own $EVE $SITE/a $SITE/c
chgrp $EVE $SITE/e
chown 0:0 $SITE/a/x.pyc
try 0 "$PYCSYNC" stage --canonicalize-only t
is_of a $EVE c
is_of b 0 d
is_of e 0

# Where everybody may write, eve puts another file in the place of the first name: when it was written, and
# is about to be linked.
how="exchanged"
world a b
chmod 777 $SITE/a
cp x.pyc evil
own $EVE evil
old=$(stat -c %i $SITE/a/x.pyc)
try 0 strace -f -o trace -e trace=linkat -e inject=linkat:delay_enter=2000000 \
	"$PYCSYNC" stage --canonicalize-only t &
for _ in $(seq 500); do
	[ "$(stat -c %i $SITE/a/x.pyc)" = "$old" ] || break
	sleep 0.02
done
[ "$(stat -c %i $SITE/a/x.pyc)" != "$old" ] || fail "nothing was rewritten"
mv evil $SITE/a/x.pyc
wait $! || fail "$(cat out err)"
grep -q linkat trace || fail "the attack proves nothing"
is_of a $EVE
is_of b 0
verdict
