# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that is gone takes its caches of all levels and known tags along, and nothing else.
. "$LIB/case.sh"

for name in a a.b ab b; do
	src t/$name.py
	fake_pyc t/__pycache__/$name.$TAG.pyc
	fake_pyc t/__pycache__/$name.$TAG.opt-1.pyc
	fake_pyc t/__pycache__/$name.$TAG.opt-2.pyc
	fake_pyc t/__pycache__/$name.cpython-312.pyc
done
rm t/a.py
run 0 --json t/a.py
plan
ls t/__pycache__ >left
[ "$(grep -c . left)" = 12 ] || fail "left: $(cat left)"
grep '^a\.c' left && fail "caches of a.py"
rm t/a.b.py
run 1 t/a.py
once "t/a.py is not there"
there "$(pyc t/a.b.py)" "$(pyc t/a.b.py 1)"
run 0 t/a.b.py
absent "$(pyc t/a.b.py)" "$(pyc t/a.b.py 1)" "$(pyc t/a.b.py 2)"
there "$(pyc t/ab.py)" "$(pyc t/b.py 2)"
