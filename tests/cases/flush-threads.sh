# SPDX-License-Identifier: LGPL-2.1-or-later
# Many pycs get to the disk in threads of their own. None gets its name before the disk has it; an error is
# told of for its path, and harms no other; without threads it takes longer, and a signal ends it cleanly.
# slow
. "$LIB/case.sh"
need strace
not_with_asan "it makes calls of its own"

MANY=150
mkdir t
for i in $(seq $MANY); do
	echo "x = 'old', $i" >t/m$i.py
done
run 0 t
cp -r t/__pycache__ old

# traced STATUS OPTION...: all sources changed, compiled under strace.
traced() {
	want=$1 got=0
	shift
	settle
	for i in $(seq $MANY); do
		echo "x = 'newer', $i" >t/m$i.py
	done
	rm -rf t/__pycache__
	cp -r old t/__pycache__
	# shellcheck disable=SC2016 # the inner shell's
	strace -f -y -qq -o trace "$@" sh -c 'echo $$ >pid; exec "$@"' sh \
		"$PYCSYNC" sync --python "$PY" -j 2 t >out 2>err || got=$?
	judge "strace $*"
	[ -z "$(find t -name '.pycsync-*')" ] || fail "left-overs: $(find t -name '.pycsync-*')"
}

traced 0 -e trace=fsync,renameat
says "$MANY compiled"
check t
"$PY" -I - "$(cat pid)" trace <<-'END' || fail "the order of calls"
	import re, sys
	main, synced, threads, renamed, open_calls = sys.argv[1], set(), set(), 0, {}
	for line in open(sys.argv[2]):
	    pid, call = line.rstrip("\n").split(None, 1)
	    if call.endswith("<unfinished ...>"):
	        open_calls[pid] = call.split("<unfinished")[0]
	        continue
	    if call.startswith("<..."):
	        call = open_calls.pop(pid) + call.split("resumed>")[1]
	    name = re.search(r"[./]pycsync-[0-9a-f]{16}\.tmp", call)
	    if not name:
	        continue
	    if call.startswith("fsync") and call.endswith("= 0"):
	        synced.add(name[0][1:])
	        threads.add(pid)
	    elif call.startswith("renameat"):
	        renamed += 1
	        if name[0][1:] not in synced:
	            sys.exit("renamed before it was on the disk: " + call)
	if renamed < 150:
	    sys.exit(f"{renamed} renames")
	if not threads - {main}:
	    sys.exit("no thread did anything")
END

# One error, wherever it is: strace counts in each thread on its own.
traced 1 -e trace=fsync -e inject=fsync:error=EIO:when=3
bad=$(grep -c 'EIO.*INJECTED' trace)
[ "$bad" -gt 0 ] || fail "no error was injected"
[ "$(grep -c 'its pyc cannot be written: Input/output error' err)" = "$bad" ] || fail "$bad errors are not told"
says "$((MANY - bad)) compiled"
same=0
for i in $(seq $MANY); do
	if cmp -s "old/m$i.$TAG.pyc" "$(pyc t/m$i.py)"; then
		same=$((same + 1))
		once "$T/t/m$i.py"
	fi
done
[ $same = "$bad" ] || fail "$same old pycs instead of $bad"
run 0 t
check t

traced 0 -e trace=clone3 -e inject=clone3:error=EAGAIN
check t

# The disk is slow, and a signal comes.
for after in 0.3 1; do
	rm pid
	(until [ -s pid ]; do sleep 0.02; done && sleep $after && kill "$(cat pid)") &
	traced 143 -e trace=fsync -e inject=fsync:delay_enter=100000
	wait
	check --loads t
done
run 0 t
check t
