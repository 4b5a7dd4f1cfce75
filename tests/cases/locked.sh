# Two runs on one root take turns, and the second says so; a lock whose owner was killed is none.
# slow
. "$LIB/case.sh"

mkdir -p t/var/lib/pycsync t/usr u/usr
bulk t/usr/lib 2
slow_src t/usr/slow.py 8000
src u/usr/a.py

# first: starts a slow run, and returns once it holds the lock.
first() {
	rm -rf t/usr/__pycache__
	"$PYCSYNC" sync --python "$PY" --root t /usr >first.out 2>&1 &
	first=$!
	until [ -s t/var/lib/pycsync/lock ] && [ "$(cat t/var/lib/pycsync/lock)" = $first ]; do
		kill -0 $first 2>/dev/null || fail "the first run ended early"
		sleep 0.01
	done
}

first
run 0 --root u /usr # another root: no waiting
[ ! -s err ] || fail "words"
run 0 -n --root t /usr # looking waits for nobody
[ ! -s err ] || fail "words"
run 0 --root t /usr
once "waiting for another run, process $first, to end"
wait $first || fail "the first run failed"
check --root t t/usr

first
kill -9 $first
wait $first || :
run 0 --root t /usr
[ ! -s err ] || fail "it waited for a dead one"
check --root t t/usr

first
trigger 0 alpm-post --root t --python "$PY" <<-'END'
	usr/lib/m0.py
END
once "waiting for another run"
wait $first || fail "the first run failed"

# A signal ends the waiting.
first
"$PYCSYNC" sync --python "$PY" --root t /usr >second.out 2>&1 &
second=$!
until grep -q waiting second.out; do
	sleep 0.01
done
kill -TERM $second
got=0
wait $second || got=$?
[ $got = 143 ] || fail "status $got of the second run"
kill $first
wait $first || :

# Without a state directory.
is_root || exit 0
rm -r t/var
"$PYCSYNC" sync --python "$PY" --root t /usr >first.out 2>&1 &
first=$!
until grep -qsx $first /run/pycsync/*.lock; do
	kill -0 $first 2>/dev/null || fail "the first run ended early"
	sleep 0.01
done
run 0 --root t /usr
once "waiting for another run, process $first, to end"
wait $first || fail "the first run failed"
absent t/var
