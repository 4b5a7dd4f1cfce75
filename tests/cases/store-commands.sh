# SPDX-License-Identifier: LGPL-2.1-or-later
# stage and compile use the store too, for the same code, with the names that they record; a warning is not lost
# by it.
# slow
. "$LIB/case.sh"

mkdir s
for tree in d/usr/lib/python3/dist-packages plain; do
	src $tree/pkg/a.py
	src $tree/pkg/warns.py 'x = 1' 'y = x is 1'
done
try 0 "$PYCSYNC" stage --python "$PY" --store s --json d
totals compiled=2 stored=0
for mode in checked-hash timestamp; do
	cp -a d ref
	find d ref -depth -name __pycache__ -exec rm -r {} +
	try 0 "$PYCSYNC" stage --python "$PY" --store s --invalidation-mode $mode --json d
	totals compiled=0 stored=2
	try 0 "$PYCSYNC" stage --python "$PY" --invalidation-mode $mode ref
	diff -r d ref || fail "other bytes"
	try 0 "$PYCSYNC" stage --python "$PY" --store s --invalidation-mode $mode --json d
	totals compiled=0 stored=0 fresh=2
	rm -r ref
done
find d -depth -name __pycache__ -exec rm -r {} +
try 0 "$PYCSYNC" stage --python "$PY" --store s --no-reproducible --json d
totals compiled=2 stored=0

# compile, without a worker where all is there.
mkdir bin
cp "$PYCSYNC" bin/pycsync
cd plain
try 0 "$T/bin/pycsync" compile --python "$PY" --store ../s pkg/a.py
printf "Compiling 'pkg/a.py'...\n" | cmp - "$T/out" || fail "other words"
cp "$(pyc pkg/a.py)" "$T/stored.pyc"
try 0 "$PYCSYNC" compile --python "$PY" -f -q pkg/a.py
try 0 "$PYCSYNC" stage --canonicalize-only "$T/plain" pkg
cmp "$(pyc pkg/a.py)" "$T/stored.pyc" || fail "other bytes"
try 1 "$T/bin/pycsync" compile --python "$PY" --store ../s -q -o 0 -o 1 -f pkg/a.py
try 0 "$PYCSYNC" compile --python "$PY" --store ../s -q -o 0 -o 1 -o 2 -f pkg/a.py
rm -r pkg/__pycache__
try 0 "$T/bin/pycsync" compile --python "$PY" --store ../s -q -d /x -o 0 -o 1 -o 2 --hardlink-dupes pkg/a.py
there "$(pyc pkg/a.py)" "$(pyc pkg/a.py 1)" "$(pyc pkg/a.py 2)"
grep -q '/x/a.py' "$(pyc pkg/a.py 2)" || fail "the name is not recorded"

# What warns is compiled where warnings are wanted: each time.
for _ in 1 2; do
	try 0 "$PYCSYNC" compile --python "$PY" --store ../s -q -f pkg/warns.py
	says 'SyntaxWarning: "is" with'
done
cd "$T"
printf 'version: 1\ndefaults: {warnings: show}\n' | policy
for _ in 1 2; do
	find plain -depth -name __pycache__ -exec rm -r {} +
	run 0 --policy policy.yaml --store s --json plain
	totals compiled=1 stored=1
	says 'SyntaxWarning: "is" with'
done
printf 'version: 1\ndefaults: {warnings: error}\n' | policy
find plain -depth -name __pycache__ -exec rm -r {} +
run 1 --policy policy.yaml --store s --json plain
totals compiled=0 stored=1 failed=1
# A failure is no code.
src plain/pkg/bad.py 'x ='
for _ in 1 2; do
	run 1 --store s plain
	once "$T/plain/pkg/bad.py:1: "
done
