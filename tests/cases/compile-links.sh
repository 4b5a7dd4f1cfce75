# SPDX-License-Identifier: LGPL-2.1-or-later
# As root, compile follows no link of one user to the source or into the directory of another, and
# reads nothing that the kernel makes up. With --strict-compat it does what compileall does.
# slow
. "$LIB/case.sh"
need_root

ALICE=1001
BOB=1002

# compile STATUS ARGUMENT...
compile() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" compile --python "$PY" "$@"
}

# fresh_tree: t is Alice's; bob.py, bob/ and root.py are in other places.
fresh_tree() {
	rm -rf t o
	src t/own.py
	src o/alice.py
	src o/bob.py 'SECRET = 1'
	src o/root.py
	mkdir o/bob
	chown -R $ALICE:$ALICE t o/alice.py
	chown -R $BOB:$BOB o/bob.py o/bob
}

# link OWNER TARGET NAME
link() {
	ln -sfn "$2" "$3"
	chown -h "$1:$1" "$3"
}

# A source by a link of its owner, or one of root's, is compiled; others are refused, one by one.
fresh_tree
link $ALICE ../o/alice.py t/a.py
link $ALICE ../o/root.py t/r.py
link $ALICE ../o/bob.py t/b.py
link 0 ../o/bob.py t/c.py
link $ALICE b.py t/chain.py
compile 1 t
there "$(pyc t/own.py)" "$(pyc t/a.py)" "$(pyc t/r.py)"
absent "$(pyc t/b.py)" "$(pyc t/c.py)" "$(pyc t/chain.py)"
[ "$(grep -c '^\*\*\* ' out)" = 3 ] || fail "not three refusals"
says "*** PermissionError: 't/b.py' is a symbolic link of user $ALICE to '../o/bob.py' of user $BOB: root does not follow it"
says "*** PermissionError: 't/c.py' is a symbolic link of user 0 to '../o/bob.py' of user $BOB: "
says "*** PermissionError: 't/chain.py' is a symbolic link of user $ALICE to 'b.py' of user $BOB: "
! grep -q SECRET out err || fail "shows what it must not read"
compile 1 -q --invalidation-mode checked-hash -f t/b.py
says "*** Error compiling 't/b.py'..."
compile 1 -qq t/b.py
[ ! -s out ] || fail "-qq printed something"
compile 0 --strict-compat t
there "$(pyc t/b.py)" "$(pyc t/c.py)" "$(pyc t/chain.py)"

# As an ordinary user links are followed as ever: the kernel decides.
fresh_tree
link $ALICE ../o/bob.py t/b.py
chown -R $NOBODY:$NOBODY t
if as_nobody test -x "$PYCSYNC"; then
	try 0 as_nobody "$PYCSYNC" compile --python "$PY" t
	there "$(pyc t/b.py)"
fi

# A __pycache__ that is a link: to a directory of the same owner only, by a link of that owner.
for who in "$ALICE $ALICE 0" "0 $ALICE 0" "$ALICE $BOB 1" "0 $BOB 1" "$ALICE 0 1" "$BOB $ALICE 1"; do
	fresh_tree
	set -- $who
	mkdir o/cache
	chown "$2:$2" o/cache
	link "$1" ../o/cache t/__pycache__
	compile "$3" t
	if [ "$3" = 0 ]; then
		there "o/cache/own.$TAG.pyc"
	else
		says "*** PermissionError: 't/__pycache__' is a symbolic link of user $1 to '../o/cache' of user $2: root does not write there"
		[ -z "$(ls o/cache)" ] || fail "wrote through the link of $who"
	fi
	compile 0 --strict-compat -f t
	there "o/cache/own.$TAG.pyc"
done

# With -b there is no such directory; with a prefix it is where the caller says; several levels are one file.
fresh_tree
link $ALICE ../o/bob t/__pycache__
compile 0 -b t
there t/own.pyc
PYTHONPYCACHEPREFIX="$T/px" compile 0 t
there "px$T/t/own.$TAG.pyc"
fresh_tree
mkdir t/__pycache__
cp t/own.py t/__pycache__/inner.py
compile 0 -b t/__pycache__/inner.py
there t/__pycache__/inner.pyc
src t/plain.py 'x = 1'
compile 0 -o 0 -o 2 --hardlink-dupes t
[ "$(stat -c %h "$(pyc t/plain.py)")" = 2 ] || fail "two files"

# What the kernel makes up is no source, by a link or not; nor does a pyc that is a device count.
fresh_tree
link $ALICE /proc/self/cmdline t/p.py
link $ALICE /proc/self/environ t/e.py
compile 1 t
says "*** PermissionError: 't/p.py' is a symbolic link of user $ALICE to '/proc/self/cmdline' of user 0, on procfs or its like: root reads no source there"
says "*** PermissionError: [Errno 13] Permission denied: 't/e.py'" # the kernel shows alice none of root's
absent "$(pyc t/p.py)" "$(pyc t/e.py)"
mkdir -p t/__pycache__
link $ALICE /dev/zero "$(pyc t/own.py)"
compile 1 t/own.py
says "FileExistsError: $(pyc t/own.py) is a symlink"

# What was read in one directory is not written into another that takes its name meanwhile. When the
# first pyc is there, the second source is with the worker already.
fresh_tree
src t/sub/a.py
slow_src t/sub/z.py 12000
compile 1 t/sub & # status 1, judged below
while [ ! -e "$(pyc t/sub/a.py)" ] && kill -0 $! 2>/dev/null; do
	sleep 0.02
done
mv t/sub t/old
link $ALICE ../o/bob t/sub
wait $! || fail "$(cat out err)"
says "*** PermissionError: '$(pyc t/sub/z.py)' is not beside its source any more"
[ -z "$(ls o/bob)" ] || fail "wrote into another directory"
