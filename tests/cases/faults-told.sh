# SPDX-License-Identifier: LGPL-2.1-or-later
# One call fails, in a run that has other things to tell of, or nothing: it is told of all the same.
# slow
. "$LIB/case.sh"
need strace
need_64_bits
need taskset
own_state

export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
cpu=$(taskset -cp $$ | sed "s/.*: //; s/[-,].*//")

# fault STATUS CALL PATTERN ERROR SCENE ARGUMENT...: the first such call whose line has the pattern fails, on what the
# function SCENE makes. Two runs may differ by a call or two: then it is tried again.
fault() {
	want=$1 call=$2 pattern=$3 error=$4 scene=$5
	shift 5
	for try in 1 2 3 4 5; do
		$scene
		taskset -c "$cpu" strace -y -o trace -e trace=$call "$PYCSYNC" "$@" >/dev/null 2>&1 || :
		n=$(grep "^$call(" trace | grep -n "$pattern" | head -n 1 | cut -d: -f1)
		[ -n "$n" ] || fail "no such call in $*: $pattern"
		$scene
		got=0
		taskset -c "$cpu" strace -y -o trace -e trace=$call -e inject=$call:error=$error:when="$n" \
			"$PYCSYNC" "$@" >out 2>err || got=$?
		! grep INJECTED trace | grep -q "$pattern" || break
		[ $try != 5 ] || fail "another call was hit than $call $pattern"
	done
	judge "$*"
}
remade() {
	rm -rf t /var/lib/pycsync
	mkdir /var/lib/pycsync
	printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [{path: %s/t, optimize: [0, 1]}]\n' "$T" | policy
	src t/a.py
	"$PYCSYNC" sync -q --policy policy.yaml
}

# A source that does not compile has its error, and what stayed beside it has its own.
broken() {
	remade
	settle
	echo 'x = = 1' >t/a.py
}
fault 1 unlinkat "a.$TAG.opt-1.pyc" EIO broken sync -j 1 --policy policy.yaml
once "$T/t/a.py:1: SyntaxError"
once "$T/t/a.py: it does not compile, and its old pyc cannot be removed: Input/output error"
fault 1 pread64 "a.$TAG.opt-1.pyc" EIO broken sync -j 1 --policy policy.yaml
once "$T/t/a.py:1: SyntaxError"
once "Input/output error"

# Where a time leaves a doubt about a pyc, its source is read.
doubtful() {
	remade
	settle
	sed 's/none/nine/' t/a.py >new
	rewrite t/a.py "$(cat new)"
}
fault 1 read '/t/a.py>' EIO doubtful verify --policy policy.yaml
says "not-examined"
says "$T/t/a.py: Input/output error"

# A directory of which nobody knows whether it is another name of one that is worked on is left.
named_twice() {
	remade
	ln -sfn t link
	rm -r t/__pycache__
}
for pattern in '/link", .*O_PATH.*NO_SYMLINKS' '/link", .*O_PATH.*RESOLVE_IN_ROOT}' '/t", .*O_PATH.*NO_SYMLINKS'; do
	fault 1 openat2 "$pattern" EIO named_twice sync -j 1 --policy policy.yaml t/a.py link/a.py
	once ": Input/output error"
	says " compiled, 0 fresh, 0 removed, 1 failed"
done
# Nor is a tree walked of which the real name is not known.
fault 1 openat2 '/t", .*O_PATH.*NO_SYMLINKS' EIO named_twice sync -j 1 --policy policy.yaml
once "$T/t: Input/output error"

# A tree that cannot be looked at may be where a path leads; it is not where a user may not go.
two_trees() {
	remade
	mkdir -p u
	printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s/t, %s/u]\n' "$T" "$T" | policy
	rm -r t/__pycache__
}
fault 1 openat2 '/u", .*O_PATH.*NO_SYMLINKS' EIO two_trees sync -j 1 --policy policy.yaml t/a.py
once "$T/u: Input/output error"
there "$(pyc t/a.py)"
fault 0 openat2 '/u", .*O_PATH.*NO_SYMLINKS' EACCES two_trees sync -j 1 --policy policy.yaml t/a.py
there "$(pyc t/a.py)"

# The executable of an interpreter that cannot be looked at does not count as one that calls its library.
missing() {
	remade
	rm -r t/__pycache__
}
python=$(realpath "$PY")
for error in EIO ESTALE ENOMEM; do
	fault 1 access "$python" $error missing sync -j 1 --policy policy.yaml
	once "$python: "
	fault 0 pread64 "<$python>" $error missing sync -j 1 --policy policy.yaml
	once "$python cannot be read"
	there "$(pyc t/a.py)" "$(pyc t/a.py 1)"
done
fault 0 pread64 "<$python>" EINTR missing sync -j 1 --policy policy.yaml
[ ! -s err ] || fail "words: $(cat err)"

# Where there is no state, locks are below /run.
stateless() {
	remade
	rm -r /var/lib/pycsync
}
fault 0 access '"/run"' EIO stateless sync -j 1 --policy policy.yaml
once "going on without locks"

# A temporary file that cannot be removed: the pyc beside it is right, and the next run takes it away.
alike() {
	remade
	echo 'x = 1' >t/b.py
}
for error in EIO EACCES; do
	fault 1 unlinkat '/t/__pycache__>.*tmp' $error alike sync -j 1 --policy policy.yaml
	once "its pyc is right, but a temporary file beside it cannot be removed: "
	there "$(pyc t/b.py)" "$(pyc t/b.py 1)"
	try 0 "$PYCSYNC" sync -j 1 --policy policy.yaml
	absent t/__pycache__/.pycsync*
done
left() {
	missing
	: >/var/lib/pycsync/.pycsync-0123456789abcdef.tmp
}
fault 0 unlinkat pycsync-0123456789abcdef EIO left sync -j 1 --policy policy.yaml
once "/var/lib/pycsync: temporary files that killed runs may have left cannot be removed: Input/output error"
fault 0 flock "/var/lib/pycsync>, LOCK_EX" ENOLCK left sync -j 1 --policy policy.yaml
once "/var/lib/pycsync: temporary files that killed runs may have left cannot be removed: No locks available"

# A state that can be written is not taken for one on a read-only disk because a call says so.
fault 0 renameat '"tags"' EROFS missing sync -j 1 --policy policy.yaml
once "/var/lib/pycsync/tags cannot be written"
fault 0 renameat '"unfinished' EROFS missing sync -j 1 --policy policy.yaml
once "the mark of this run cannot be set"
fault 0 openat 'pycsync>, "memory", O_RDWR' EROFS missing sync -j 1 --policy policy.yaml
once "the memory of what was made cannot be written"

# What was published and cannot be looked at is not in the memory.
fault 0 newfstatat "$TAG.pyc\", .*AT_SYMLINK_NOFOLLOW" EIO missing sync -j 1 --policy policy.yaml
once "a pyc is missing in the memory of what was made: Input/output error"

# What memory proves is not known where it cannot be read.
for call in openat pread64; do
	fault 1 $call 'pycsync.*memory' EIO doubtful verify --policy policy.yaml
	says "/var/lib/pycsync/memory: Input/output error"
done

# A library for digests that is there and cannot be loaded: what is to be compiled is, and 'clean', which can only
# look, leaves no doubt without a word.
fault 0 read libnettle EIO doubtful sync -j 1 --policy policy.yaml
once "nothing is known by content in this run"
says "2 compiled"
check --levels 0,1 t
fault 1 read libnettle EIO doubtful clean "$T/t"
once "nothing is known by content in this run"
says "$T/t/a.py: "
# The same where it is damaged for good, as in the midst of its own upgrade.
doubtful
lib=$(ldconfig -p | sed -n 's/.*libnettle\.so\.8 .*=> //p' | head -n 1)
[ -n "$lib" ] || skip "no libnettle.so.8"
head -c 100 "$lib" >damaged
mount --bind damaged "$lib"
try 0 "$PYCSYNC" sync -j 1 --policy policy.yaml
umount "$lib"
once "nothing is known by content in this run"
says "2 compiled"
check --levels 0,1 t

# What cannot be looked at has not been found missing.
fault 1 openat2 "\"$T/t\", .*O_PATH" ESTALE remade verify --policy policy.yaml "$T/t"
says "not-examined"

