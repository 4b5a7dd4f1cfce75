# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that takes longer than policy allows costs one file, and its time once.
# slow
. "$LIB/case.sh"

policy <<-END
	version: 1
	defaults:
	  limits: {seconds: 1}
END
bulk t 4
slow_src t/slow.py
try 1 "$PY" -I "$LIB/proc.py" --within 8 --gone 0.5 \
	"$PYCSYNC" sync --python "$PY" --policy policy.yaml --json t
once "$T/t/slow.py"
totals compiled=4 failed=1
check --except "$T/t/slow.py" t

# It is not tried again.
if command -v strace >/dev/null; then
	export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
	want=1 got=0
	strace -f -o trace -e trace=execve "$PYCSYNC" sync --python "$PY" --policy policy.yaml -j 1 \
		t/slow.py >out 2>err || got=$?
	judge "a second run"
	[ "$(grep -c 'pycsync-worker.* = 0$' trace)" = 1 ] || fail "$(cat trace)"
fi

# limits.total ends a run: what is not begun by then is summed up in one line, and left for the next.
rm -r t
bulk t 40
for i in 1 2 3; do
	slow_src t/slow$i.py
done
sed 's/seconds: 1/seconds: 2, total: 1/' policy.yaml >total.yaml
try 1 "$PYCSYNC" sync --python "$PY" --policy total.yaml -j 1 --json t
once "the run took longer than the policy's limits.total (42 sources)"
once "it took longer than 2 seconds"
totals compiled=0 failed=43
rm t/slow*
run 0 --policy total.yaml t
check t
