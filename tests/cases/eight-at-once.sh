# SPDX-License-Identifier: LGPL-2.1-or-later
# Eight runs at once, one of which is stopped in its work: those that share nothing with it end; those that do end
# after it, and all is right.
# slow
. "$LIB/case.sh"

mkdir -p t/var/lib/pycsync t/usr t/links
for place in held held/sub b c/x c/y list/one list/two; do
	bulk t/srv/$place 5 $place
done
# One worker, which takes them in their order, is busy with this one when the run is stopped.
slow_src t/srv/held/a.py 20000
ln -s /srv/held/sub t/links/sub
policy <<-'END'
	version: 1
	trees: [/srv]
END

# start NAME COMMAND...: pycsync in the background; its process is in the file NAME.pid.
start() {
	name=$1
	shift
	"$PYCSYNC" "$@" --root t --policy policy.yaml <list >$name.out 2>$name.err &
	echo $! >$name.pid
}

# ended NAME...: they end, with status 0.
ended() {
	for name in "$@"; do
		want=0 got=0
		pid=$(cat $name.pid)
		tries=0
		while kill -0 $pid 2>/dev/null && [ "$(ps -o stat= -p $pid)" != Z ]; do
			tries=$((tries + 1))
			[ $tries -lt 1000 ] || fail "$name does not end"
			sleep 0.1
		done
		wait $pid || got=$?
		cp $name.out out
		cp $name.err err
		judge "$name"
	done
}

# waits NAME...: they say for what they wait, and have not ended.
waits() {
	for name in "$@"; do
		tries=0
		until grep -qF "waiting for another run, process $held, to end: it works in /srv" $name.err; do
			tries=$((tries + 1))
			[ $tries -lt 1000 ] || fail "$name does not wait"
			sleep 0.1
		done
	done
}

printf '/srv/list/one/m%s.py\n' 0 1 2 3 4 >list
start held sync -j 1 --python "$PY" /srv/held
held=$(cat held.pid)
until holds $held t/var/lib/pycsync/lock; do
	kill -0 $held 2>/dev/null || fail "the first run ended early"
	sleep 0.01
done
kill -STOP $held
# What another run left unfinished there is nothing that the others wait for.
printf '/srv/held/sub/m0.py\0' >t/var/lib/pycsync/unfinished-1
start all sync --python "$PY"
start below sync --python "$PY" /srv/held/sub
start link clean /links/sub
start b sync --python "$PY" /srv/b
start same sync --python "$PY" /srv/b
start x sync --python "$PY" /srv/c/x
start c sync --python "$PY" /srv/c
start list trigger rpm-in --python "$PY"
ended b same x c list
waits all below link
check --root t t/srv/b t/srv/c t/srv/list/one
absent t/srv/held/__pycache__ t/srv/held/sub/__pycache__ t/srv/list/two/__pycache__
kill -CONT $held
ended held all below link
check --root t t/srv
! grep -q . held.err || fail "words: $(cat held.err)"
! grep -q "process $held" b.err same.err x.err c.err list.err || fail "words: $(cat ./*.err)"
! grep -q 'in the future' all.err below.err || fail "what was made meanwhile is in the future"
[ "$(cat b.out same.out x.out c.out list.out | sed -n 's/^pycsync:.* \([0-9]*\) compiled.*/\1/p' | awk '{ n += $1 } END { print n }')" = 20 ] ||
	fail "a file was compiled twice: $(cat ./*.out)"
# Each found what it shares with the others as they left it; what was noted of all of them is whole.
run 0 --policy policy.yaml --root t --json
totals compiled=0 removed=0
try 0 "$PYCSYNC" clean --made --policy policy.yaml --root t
[ -z "$(find t -name '*.pyc')" ] || fail "not known as made: $(find t -name '*.pyc')"
[ -z "$(ls t/var/lib/pycsync)" ] || fail "state: $(ls t/var/lib/pycsync)"
