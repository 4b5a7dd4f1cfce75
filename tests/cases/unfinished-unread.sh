# SPDX-License-Identifier: LGPL-2.1-or-later
# The mark of a killed run that cannot be read, set or removed is told of, once, and no empty one is left.
. "$LIB/case.sh"
need strace
own_state
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

state=/var/lib/pycsync
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s/t]\n' "$T" | policy
src far/m.py
src t/a.py
# killed PATH: a run that is killed after it has set its mark, which is $mark then.
killed() {
	strace -o trace -e trace=renameat -e inject=renameat:signal=KILL:when=2 \
		"$PYCSYNC" sync --policy policy.yaml -j 1 "$1" >out 2>err || :
	mark=$(echo $state/unfinished-*)
	there "$mark"
}
src far/n.py
killed far/n.py
mv "$mark" other
rm far/n.py
killed far
# faulty STATUS PATH CALL WHEN ARGUMENT...
faulty() {
	want=$1 got=0
	path=$2 call=$3 when=$4
	shift 4
	strace -o trace -P "$path" -P "${path##*/}" -e trace="$call" -e inject="$call:error=EIO:when=$when" \
		"$PYCSYNC" "$@" --policy policy.yaml -j 1 >out 2>err || got=$?
	grep -q INJECTED trace || fail "no $call on $path"
	judge "$call on $path: $*"
}
# One that cannot be read does not hide another one.
cp other $state/unfinished-ffffffffffffffff
for call in openat flock read; do
	src far/n.py "x = '$call'"
	faulty 1 "$mark" $call 1 sync t
	once "a killed run"
	absent "$(pyc far/m.py)"
	there "$mark" "$(pyc far/n.py)"
	cp other $state/unfinished-ffffffffffffffff
	faulty 0 "$mark" $call 1 trigger dpkg "$T/t"
	once "a killed run"
	cp other $state/unfinished-ffffffffffffffff
done
faulty 0 "$mark" unlinkat 1 sync t
once "the mark of this run stays"
check far
try 0 "$PYCSYNC" sync --policy policy.yaml t
absent $state/unfinished-*

# Ordinary users, who may not read or set any, are told of nothing.
try 0 "$PYCSYNC" sync --policy policy.yaml t
mkdir users
src users/u.py
echo x >$state/unfinished-0000000000000000
give_away users
as_nobody "$PYCSYNC" sync --policy policy.yaml -j 1 users >out 2>err || fail "status $?"
[ ! -s err ] || fail "a user is told: $(cat err)"
