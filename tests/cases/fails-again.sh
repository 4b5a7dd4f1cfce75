# SPDX-License-Identifier: LGPL-2.1-or-later
# What does not compile is remembered, and told again without an interpreter.
. "$LIB/case.sh"

mkdir -p t/var/lib/pycsync t/usr bin
src t/usr/good.py
src t/usr/bad.py 'def f(:'
src t/usr/worse.py 'x = 1' 'return'
cp "$PYCSYNC" bin/
cp "$(dirname "$PYCSYNC")/pycsync-worker" bin/
PYCSYNC=$T/bin/pycsync
run 1 --root t /usr
mv err first
[ "$(wc -l <first)" -ge 4 ] || fail "no lines of CPython"
settle
try 0 "$PYCSYNC" verify --root t --python "$PY" --json -v --no-state /usr
mv out found
grep -q not-compiling found || fail "it is not said that they do not compile"
# No worker can be started now, and none is.
mv bin/pycsync-worker aside
try 0 "$PYCSYNC" verify --root t --python "$PY" --json -v /usr
cmp found out || fail "verify: $(diff found out)"
run 1 --root t --json /usr
totals compiled=0 fresh=1 failed=2
cmp first err || fail "other words: $(diff first err)"
upgrade() {
	cp -p "$1" copy
	mv copy "$1"
}
upgrade t/usr/bad.py
touch t/usr/worse.py
run 1 --root t /usr
cmp first err || fail "other words: $(diff first err)"
try 1 "$PYCSYNC" sync --root t -n --explain /usr
grep -q '^leave /usr/bad.py (.*, level 0): the source no longer compiles$' out || fail "it is not explained"
# An old pyc that would be imported goes.
cp -p "$(pyc t/usr/good.py)" "$(pyc t/usr/bad.py)"
run 1 --root t --json /usr
totals removed=1 failed=2
# Its bytes are others: it is compiled.
mv aside bin/pycsync-worker
rewrite t/usr/bad.py 'def f():pass'
src t/usr/worse.py 'x = 1' 'y = 1 2'
run 1 --root t --json /usr
totals compiled=1 failed=1
once 'worse.py:2'
