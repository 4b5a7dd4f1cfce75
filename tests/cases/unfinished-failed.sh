# SPDX-License-Identifier: LGPL-2.1-or-later
# What a run took over from a killed one, and could not do, is left to the next one. So is what goes with an
# interpreter that went. What fails because of the tree itself is told once.
. "$LIB/case.sh"
need strace
own_state
mount -t tmpfs pycsync /usr/local/bin
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

state=/var/lib/pycsync
printf 'version: 1\ninterpreters: {exclude: ["3.13"]}\ntrees: [%s/t]\n' "$T" | policy
# faulty STATUS PATH CALL ARGUMENT...: a run in which the first such call on the path fails.
faulty() {
	want=$1 got=0
	path=$2 call=$3
	shift 3
	strace -o trace -P "$path" -P "${path##*/}" -e trace="$call" -e inject="$call:error=EIO:when=1" \
		"$PYCSYNC" "$@" --policy policy.yaml -j 1 >out 2>err || got=$?
	grep -q INJECTED trace || fail "no $call on $path"
	judge "$call on $path: $*"
}
killed() {
	strace -o trace -e trace=renameat -e inject=renameat:signal=KILL:when=2 \
		"$PYCSYNC" sync --policy policy.yaml -j 1 "$@" >out 2>err || :
	ls $state/unfinished-* >marks 2>&1 || fail "no mark was left: $(cat err)"
}
src t/a.py
src far/m.py
killed far/m.py far/bad.py
faulty 1 "$T/far/m.py" openat sync t
once "$T/far/m.py"
# Another interpreter may have opened it the second time.
[ "$(find far -name 'm.*.pyc' | wc -l)" -lt "$(find t -name 'a.*.pyc' | wc -l)" ] || fail "all is compiled"
try 0 "$PYCSYNC" sync --policy policy.yaml t
check far
absent $state/unfinished-*

# A source that does not compile stays as it is, and nobody is told of it again.
src far/bad.py 'x ='
settle
src far/m.py 'x = 2'
killed far/bad.py far/m.py
try 1 "$PYCSYNC" sync --policy policy.yaml t
once "$T/far/bad.py"
absent $state/unfinished-*

# The caches of an interpreter that went.
cp /bin/true /usr/local/bin/python3.13
try 0 "$PYCSYNC" sync --policy policy.yaml
rm /usr/local/bin/python3.13
fake_pyc t/__pycache__/a.cpython-313.pyc
faulty 1 "$T/t/__pycache__/a.cpython-313.pyc" unlinkat sync
there t/__pycache__/a.cpython-313.pyc
try 0 "$PYCSYNC" sync --policy policy.yaml
absent t/__pycache__/a.cpython-313.pyc
