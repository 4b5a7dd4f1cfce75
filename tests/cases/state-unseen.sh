# SPDX-License-Identifier: LGPL-2.1-or-later
# Where the state cannot be opened, read or written, that is said, and is no reason to take it for empty.
. "$LIB/case.sh"
need strace
own_state
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

state=/var/lib/pycsync
src t/a.py
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s/t]\n' "$T" | policy
# faulty STATUS PATH CALL ARGUMENT...
faulty() {
	want=$1 got=0
	path=$2 call=$3
	shift 3
	strace -f -o trace -P "$path" -e trace="$call" -e inject="$call:error=EIO:when=1" \
		"$PYCSYNC" "$@" --policy policy.yaml >out 2>err || got=$?
	grep -q INJECTED trace || fail "no $call on $path"
	judge "$call on $path: $*"
}
try 0 "$PYCSYNC" sync --policy policy.yaml
faulty 1 $state openat2 sync -j 1
once "$state cannot be opened"
faulty 0 $state openat2 trigger dpkg -j 1
once "$state cannot be opened"
faulty 0 $state renameat sync -j 1
once "$state/tags cannot be written"
faulty 1 memory openat clean --made
once "the memory of what was made cannot be read"
there "$(pyc t/a.py)"
as_nobody "$PYCSYNC" verify --policy policy.yaml t >out 2>err || fail "a user: status $?"
chmod 700 $state
as_nobody "$PYCSYNC" verify --policy policy.yaml t >out 2>err || fail "a user: status $?"
[ ! -s err ] || fail "a user is told: $(cat err)"
try 0 "$PYCSYNC" clean --made --policy policy.yaml
absent "$(pyc t/a.py)"
try 0 "$PYCSYNC" clean --made --policy policy.yaml
says "nothing tells what pycsync made"
