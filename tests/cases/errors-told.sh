# SPDX-License-Identifier: LGPL-2.1-or-later
# What cannot be looked at is named and fails the run, and nothing is concluded from it: neither that there is nothing
# to do, nor that something is gone, foreign, or damaged.
# slow
. "$LIB/case.sh"
need strace
need_64_bits
need taskset

export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
world() {
	rm -rf t
	src t/a.py
	src t/b.py
	"$PYCSYNC" sync -q --python "$PY" t
	fake_pyc "t/__pycache__/gone.$TAG.pyc"
}

# on WHAT CALL PATTERN ERROR COMMAND...: the first such call whose line has the pattern fails; the run says so, once.
on() {
	what=$1 call=$2 pattern=$3 error=$4
	shift 4
	world
	taskset -c "$cpu" strace -y -o trace -e trace=$call "$@" >/dev/null 2>&1 || :
	world
	n=$(grep -v 'resumed' trace | grep -n "$pattern" | head -n 1 | cut -d: -f1)
	[ -n "$n" ] || fail "$what: no such call in $*: $pattern"
	try 1 taskset -c "$cpu" strace -y -o trace -e trace=$call -e inject=$call:error=$error:when="$n" "$@"
	grep INJECTED trace | grep -q "$pattern" || fail "$what: another call was hit"
	says "$T/t"
	there "$(pyc t/a.py)" "$(pyc t/b.py)"
	[ "$what" = "a source" ] || there "t/__pycache__/gone.$TAG.pyc"
}
# On one processor the walk is one thread, which is what strace looks at.
cpu=$(taskset -cp $$ | sed "s/.*: //; s/[-,].*//")
sync="$PYCSYNC sync -j 1 --python $PY t"
# shellcheck disable=SC2086 # a command and its arguments
for error in EIO EACCES ENOMEM EMFILE; do
	on "the tree" openat2 '/t",' $error $sync
	on "the cache directory" openat '__pycache__' $error $sync
	on "the cache directory" openat '__pycache__' $error "$PYCSYNC" clean t
	on "the list of it" getdents64 "$T/t>," $error "$PYCSYNC" clean t
	on "an orphan" openat "gone.$TAG" $error "$PYCSYNC" clean t
	on "an orphan" openat "gone.$TAG" $error $sync
	on "a source" newfstatat '"a.py"' $error "$PYCSYNC" clean t
done
