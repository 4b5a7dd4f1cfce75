# SPDX-License-Identifier: LGPL-2.1-or-later
# Many runs use one store at a time, some of them killed, while room is made: each tree is right.
. "$LIB/case.sh"

for i in 1 2 3 4; do
	bulk t$i 12
done
mkdir s
for i in 1 2 3; do
	"$PYCSYNC" sync --python "$PY" --store s -q t$i >"out$i" 2>&1 &
done
"$PYCSYNC" sync --python "$PY" --store s -q t4 >out4 2>&1 &
killed=$!
for i in 1 2 3 4 5; do
	try 0 "$PYCSYNC" store prune --store s
	try 0 "$PYCSYNC" store verify --store s
done
kill -9 $killed 2>/dev/null || :
wait
cat out1 out2 out3
[ ! -s out1 ] && [ ! -s out2 ] && [ ! -s out3 ] || fail "words"
run 0 --store s t4
check t1 t2 t3 t4
try 0 "$PYCSYNC" store verify --store s
says "$T/s: 12 entries, 0 wrong"
# Code is kept as that of the bytes that were compiled, though the source was another when it was looked for.
mkdir late
for name in a b; do
	slow_src late/$name.py 12000
done
echo "import sys; sys.exit('old')" >late/c.py
"$PYCSYNC" compile --python "$PY" -j 1 --store s -q late &
sleep 0.5
echo "import sys; sys.exit('new')" >late/c.py
wait
echo "import sys; sys.exit('old')" >late/c.py
rm "$(pyc late/c.py)"
try 0 "$PYCSYNC" compile --python "$PY" --store s -q late/c.py
try 1 "$PY" "$(pyc late/c.py)"
once old
# One that cannot be written to is still read.
need_root
unshare --mount --propagation private true 2>/dev/null || exit 0
rm -r t1/__pycache__
src t1/new.py 'new = 1'
unshare --mount --propagation private sh -c '
	mount --bind s s && mount -o remount,bind,ro s &&
	exec "$@"' sh "$PYCSYNC" sync --python "$PY" --store s --json t1 >out 2>err || fail "read-only"
totals stored=12 compiled=1
