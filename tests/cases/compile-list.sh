# SPDX-License-Identifier: LGPL-2.1-or-later
# A list of 50,000 files on stdin: several workers, each file once, and a list in other words again.
# slow
. "$LIB/case.sh"
need pgrep

# In memory where there is room: it is 50,000 names that count, not the disk.
if [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 1000000 ] 2>/dev/null; then
	shm=$(mktemp -d /dev/shm/pycsync-list.XXXXXX)
	trap 'rm -rf "$shm"' EXIT
	cd "$shm"
fi
"$PY" -I - <<-'END'
	import os
	for d in range(50):
	    os.makedirs(f"t/d{d}")
	    for i in range(1000):
	        open(f"t/d{d}/m{i}.py", "w").close()
END
find t -name '*.py' | sort >list
[ "$(wc -l <list)" = 50000 ] || fail "the list has not 50,000 lines"

"$PYCSYNC" compile --python "$PY" -j 3 -i - <list >"$T/out" 2>"$T/err" &
run=$!
most=0
while kill -0 $run 2>/dev/null; do
	now=$(pgrep -c -P $run) || now=0 # a worker may have become its interpreter
	[ "$now" -le $most ] || most=$now
	sleep 0.05
done
wait $run || fail "status $? of the list"
[ $most -ge 2 ] || fail "at most $most workers at a time"
[ ! -s "$T/err" ] || fail "something on stderr"
[ "$(grep -c '^Compiling ' "$T/out")" = 50000 ] || fail "$(grep -c '^Compiling ' "$T/out") were compiled"
sed "s/.*/Compiling '&'.../" list | cmp -s - "$T/out" || fail "not in the order of the list"
[ "$(find t -name '*.pyc' | wc -l)" = 50000 ] || fail "$(find t -name '*.pyc' | wc -l) pycs"

sed 's/^/.\/\//' list >again
try 0 "$PYCSYNC" compile --python "$PY" -j 3 -i again t
! grep -v '^Listing ' "$T/out" || fail "compiled what is up to date"
