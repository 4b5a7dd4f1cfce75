# SPDX-License-Identifier: LGPL-2.1-or-later
# A __pycache__ goes when nothing is left in it: where nothing in the directory compiles any more, and where the names
# of two sources' caches interleave.
. "$LIB/case.sh"

src t/bad/a.py
src t/mixed/a.py
src t/mixed/b.py
run 0 t
settle
echo 'x = (' >t/bad/a.py
echo 'x = (' >t/mixed/a.py
run 1 t
absent t/bad/__pycache__ "$(pyc t/mixed/a.py)"
there "$(pyc t/mixed/b.py)"
try 1 "$PYCSYNC" sync --python "$PY" --json t
totals directories=0 failed=2

src t/two/a.py
src t/two/a.cpython-312.py
run 0 t/two
fake_pyc t/two/__pycache__/a.cpython-312.pyc
rm t/two/*.py
run 0 t/two
absent t/two/__pycache__
mkdir -p t/list
src t/list/a.py
run 0 t/list
rm t/list/a.py
try 0 "$PYCSYNC" sync --python "$PY" --json --explain t/list/a.py t/list/__pycache__
[ "$(grep -c '"remove"' out)" = 1 ] || fail "$(cat out)"
