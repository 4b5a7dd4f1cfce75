# SPDX-License-Identifier: LGPL-2.1-or-later
# -n changes nothing, and announces exactly what the run then does.
. "$LIB/case.sh"

plan_of() {
	"$PY" -I -X utf8 "$LIB/plan.py" reasons out "$T" || fail "--json"
}
for name in fresh stale gone new; do
	src t/$name.py
	src t/p/$name.py
done
run 0 t
settle
touch -d @1000000000 t/stale.py t/p/stale.py
rm t/gone.py t/p/*.py
src t/p/new.py
rm -r t/p/__pycache__
fake_pyc t/q/__pycache__/gone.$TAG.pyc
src t/q/keep.txt
echo mine >t/__pycache__/foreign
src t/bad.py 'x = ('
unchanged run 0,1 -n t
unchanged run 0,1 --dry-run --explain -v t
unchanged run 0,1 -n --json t
plan_of >planned
run 1 --json t
plan_of >applied
diff planned applied || fail "the plan was another"
absent t/q/__pycache__ "$(pyc t/gone.py)"

# For monitoring: 1 where anything is to be done, without a word.
touch -d @1000000000 t/fresh.py
rm t/bad.py
unchanged run 0 -n --json t
totals planned=1
unchanged run 1 --check -q t
[ ! -s out ] && [ ! -s err ] || fail "it spoke"
run 0 t
unchanged run 0 --check t
says "dry run: 0 to do"
fake_pyc t/__pycache__/gone.$TAG.pyc
unchanged try 1 "$PYCSYNC" clean --check -q t
