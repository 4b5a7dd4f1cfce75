# SPDX-License-Identifier: LGPL-2.1-or-later
# What a first run found out while it waited for another one does not count: neither what packages owned before, nor the
# worker that it has, which may be of an interpreter that was replaced.
. "$LIB/case.sh"
own_state
need pgrep

list=/var/lib/dpkg/info/x.list
src t/a.py
src t/b.py
mkdir -p /var/lib/dpkg/info
echo /x >$list
# Another run, which has all places.
: >/var/lib/pycsync/lock
"$PY" -I -c 'import fcntl, time
lock = open("/var/lib/pycsync/lock", "r+b")
fcntl.lockf(lock, fcntl.LOCK_EX, (1 << 62) - 1, 1)
time.sleep(60)' &
other=$!
until holds $other /var/lib/pycsync/lock; do
	sleep 0.01
done
"$PYCSYNC" sync t >out 2>err &
ours=$!
until grep -q waiting err; do
	kill -0 $ours 2>/dev/null || fail "it did not wait"
	sleep 0.01
done
pgrep -P $ours >workers || fail "no worker"
xargs kill -STOP <workers # it compiles nothing any more
echo "$(pyc "$T/t/a.py")" >$list
kill $other
want=0 got=0
wait $ours || got=$?
judge "the run that waited"
absent "$(pyc t/a.py)"
check --except "$T/t/a.py" t
