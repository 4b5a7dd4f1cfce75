# SPDX-License-Identifier: LGPL-2.1-or-later
# SIGINT in the middle of compile -j: status 1 and words as compileall's, no temporary, no worker.
# slow
. "$LIB/case.sh"

bulk t 8
slow_src t/slow.py
settle
got=0 want=1
"$PY" -I "$LIB/proc.py" --signal INT --within 2 --gone 0.5 \
	"$PYCSYNC" compile --python "$PY" -q -j 2 "$T/t" >out 2>err || got=$?
judge "SIGINT"
grep -q '^\[interrupted\]$' out || fail "no word of the interrupt"
[ ! -s err ] || fail "something on stderr"
[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "left behind: $(find t)"
check --loads t

# In a file list, quiet; and at any instant.
rm -rf t/__pycache__
got=0 want=1
find "$T/t" -name '*.py' | "$PY" -I "$LIB/proc.py" --signal INT --within 2 --gone 0.5 \
	"$PYCSYNC" compile --python "$PY" -qq -j 2 -i - >out 2>err || got=$?
judge "SIGINT with a list"
[ -z "$(cat out err)" ] || fail "-qq says something"
rm t/slow.py
for delay in 0 0.01 0.03 0.06 0.1; do
	rm -rf t/__pycache__
	got=0 want=0,1,130
	"$PY" -I "$LIB/proc.py" --signal INT --after $delay --within 2 --gone 0.5 \
		"$PYCSYNC" compile --python "$PY" -q -j 2 -o 0 -o 1 --hardlink-dupes "$T/t" >out 2>err || got=$?
	judge "SIGINT after $delay s"
	[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "after $delay s: $(find t)"
done
try 0 "$PYCSYNC" compile --python "$PY" -q -j 2 -o 0 -o 1 "$T/t"
check --levels 0,1 "$T/t"
