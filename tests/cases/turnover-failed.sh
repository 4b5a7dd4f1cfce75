# SPDX-License-Identifier: LGPL-2.1-or-later
# A new interpreter is known once its pycs are there: what failed for the moment is made by the next trigger, though
# its list names something else. A source that does not compile is nothing to wait for, nor does it keep a mark.
. "$LIB/case.sh"
need strace
own_state
# The vendor's policy serves where the test's cannot be read, and its trees are the system's.
mkdir up work
mount -t overlay -o "lowerdir=/usr,upperdir=$T/up,workdir=$T/work" overlay /usr 2>/dev/null || skip "no overlay"
mount -t tmpfs pycsync /usr/local/bin
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

state=/var/lib/pycsync
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s/t]\n' "$T" | policy
src t/a.py
src t/bad.py 'x ='
echo "$T/t/none.py" >list
# faulty PATH CALL: a trigger in which the first such call on the path fails.
faulty() {
	got=0 want=0
	strace -o trace -P "$1" -P "${1##*/}" -e trace="$2" -e inject="$2:error=EIO:when=1" \
		"$PYCSYNC" trigger rpm-in --policy policy.yaml -j 1 <list >out 2>err || got=$?
	grep -q INJECTED trace || fail "no $2 on $1"
	judge "$2 on $1"
	once "Input/output error"
	absent $state/tags
}
faulty "$T/t/a.py" openat
absent "$(pyc t/a.py)"
# Nor is it known where the policy was passed over, as that tells of the trees; which both triggers of a transaction say.
faulty "$T/policy.yaml" openat2
got=0 want=0
strace -o trace -P "$T/policy.yaml" -e trace=openat2 -e inject=openat2:error=EIO:when=1 \
	"$PYCSYNC" trigger alpm-pre --policy policy.yaml <list >out 2>err || got=$?
judge "alpm-pre without a policy"
once "policy.yaml: Input/output error"
trigger 0 rpm-in --policy policy.yaml -j 1 <list
there "$(pyc t/a.py)" $state/tags
once bad.py

# Told again from memory, it is no reason to keep the mark of a killed run.
settle
src t/a.py 'x = 2'
strace -o trace -e trace=renameat -e inject=renameat:signal=KILL:when=2 \
	"$PYCSYNC" sync --policy policy.yaml -j 1 t/a.py >out 2>err || :
there $state/unfinished-*
trigger 0 rpm-in --policy policy.yaml -j 1 <<-END
	$T/t/bad.py
END
check --loads t
absent $state/unfinished-*
