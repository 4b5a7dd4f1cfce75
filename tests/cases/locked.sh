# SPDX-License-Identifier: LGPL-2.1-or-later
# Two runs on one place take turns, and the second says so; a lock whose owner was killed is none.
# slow
. "$LIB/case.sh"

mkdir -p t/var/lib/pycsync t/usr u/usr
bulk t/usr/lib 2
slow_src t/usr/slow.py 8000
src u/usr/a.py
lock=t/var/lib/pycsync/lock
echo usr/lib/m0.py >list

# first: starts a run, and returns once it is stopped with its lock.
first() {
	rm -rf t/usr/__pycache__
	"$PYCSYNC" sync --python "$PY" --root t /usr >first.out 2>&1 &
	first=$!
	until holds $first "$lock"; do
		kill -0 $first 2>/dev/null || fail "the first run ended early"
		sleep 0.01
	done
	kill -STOP $first
}

# second COMMAND...: starts a run, and returns once it says that it waits.
second() {
	: >err
	python="--python=$PY"
	[ "$2" != clean ] || python=--root=t
	"$@" --root t "$python" <list >out 2>err &
	second=$!
	tries=0
	until grep -q waiting err; do
		tries=$((tries + 1))
		[ $tries -lt 3000 ] || fail "it does not say that it waits"
		sleep 0.01
	done
}

# ends STATUS: with this status, once the first one goes on.
ends() {
	want=$1 got=0
	kill -CONT $first
	wait $second || got=$?
	judge "the second run"
	wait $first || fail "the first run failed"
}

first
run 0 --root u /usr # another root: no waiting
[ ! -s err ] || fail "words"
run 0 -n --root t /usr # looking waits for nobody
[ ! -s err ] || fail "words"
try 0,1 "$PYCSYNC" verify --root t --python "$PY" /usr
try 0 "$PYCSYNC" policy explain --root t --python "$PY" /usr/lib/m0.py
second "$PYCSYNC" sync /usr
once "waiting for another run, process $first, to end: it works in /usr, too; without a limit"
ends 0
check --root t t/usr

first
kill -9 $first
wait $first || :
run 0 --root t /usr
[ ! -s err ] || fail "it waited for a dead one"
check --root t t/usr

first

second "$PYCSYNC" trigger alpm-post
once "waiting for another run, process $first, to end: it works in /usr, too; at most 600 seconds"
ends 0

# No longer than one is told to: nothing is done then, and one line says so.
first
rm -rf t/usr/lib/__pycache__
for wait in --no-wait --wait=0; do
	for command in "sync --python $PY" "clean --all"; do
		# shellcheck disable=SC2086
		try 1 "$PYCSYNC" $command $wait --root t /usr/lib
		[ "$(cat err)" = "pycsync: another run, process $first, works in /usr: nothing was done" ] || fail "$wait"
		[ ! -s out ] || fail "output"
	done
done
# What must not hold up a transaction goes on.
for wait in --no-wait --wait=0; do
	trigger 0 alpm-post $wait --python "$PY" --root t <list
	[ "$(cat err)" = "pycsync: warning: another run, process $first, works in /usr and does not end; going on beside it" ] ||
		fail "$wait"
done
run 1 --root t --wait 2 /usr/lib
once "waiting for another run, process $first, to end: it works in /usr, too; at most 2 seconds"
once "pycsync: another run, process $first, works in /usr: nothing was done"
absent t/usr/lib/__pycache__
# There is no such number for one who cannot see the process.
if is_root; then
	try 1 unshare --pid --fork "$PYCSYNC" sync --python "$PY" --no-wait --root t /usr
	[ "$(cat err)" = "pycsync: another run works in /usr: nothing was done" ] || fail "another number"
fi
kill -CONT $first
wait $first || fail "the first run failed"
for wrong in --wait=-1 --wait=x --wait= --wait=99999999999; do
	run 2 $wrong --root t /usr
done
run 0 --wait 5 --root t /usr
check --root t t/usr

# A signal ends the waiting.
first
second "$PYCSYNC" sync /usr
kill -TERM $second
got=0
wait $second || got=$?
[ $got = 143 ] || fail "status $got of the second run"
kill $first
kill -CONT $first
wait $first || :

# What the first one makes, the second one knows, though it began when there was nothing to know.
rm -rf t/usr/__pycache__ t/usr/lib/__pycache__ t/var/lib/pycsync/memory
first
second "$PYCSYNC" clean --made /usr
ends 0
absent t/usr/__pycache__ t/usr/lib/__pycache__

# Its file is taken away while others wait for it: they go on with a new one.
first
second "$PYCSYNC" sync /usr
rm "$lock"
ends 0
there "$lock"
check --root t t/usr

# Without a state directory.
is_root || exit 0
rm -r t/var
lock=/run/pycsync/$(printf %x-%x "$(stat -c %d t)" "$(stat -c %i t)").lock
first
second "$PYCSYNC" sync /usr
once "waiting for another run, process $first, to end"
ends 0
absent t/var
