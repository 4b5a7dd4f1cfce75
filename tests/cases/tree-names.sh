# SPDX-License-Identifier: LGPL-2.1-or-later
# Whatever name is given for a directory, it is worked on as the policy has it: by the name and with the settings of
# the innermost tree that it lies in. So it does not matter how a run was told of it.
. "$LIB/case.sh"

policy <<END
version: 1
trees:
  - {path: $T/app, optimize: [1]}
  - {path: $T/t/site, optimize: [0]}
  - {path: $T/app/named, optimize: [2]}
END

renew() {
	rm -rf t app srv
	src t/app-1.2/a.py
	src t/app-1.2/pkg/b.py
	src t/site/c.py
	src t/site/deep/inner/d.py
	ln -s t/app-1.2 app
	ln -s t srv
	ln -s ../site/deep/inner t/app-1.2/named
}

# settled: all of t is as the policy wants it, so a run of all and one of each name find nothing to do.
settled() {
	there "$(pyc t/app-1.2/a.py 1)" "$(pyc t/app-1.2/pkg/b.py 1)" "$(pyc t/site/c.py)" "$(pyc t/site/deep/inner/d.py 2)"
	[ "$(find t -name '*.pyc' | wc -l)" = 4 ] || fail "$*: made too much: $(find t -name '*.pyc')"
	unchanged run 0 --policy policy.yaml --json
	totals sources=4 fresh=4
	try 0 "$PYCSYNC" verify --python "$PY" --policy policy.yaml t srv/app-1.2 app
	says "4 sources, 4 pycs: nothing wrong"
	for name in t srv app t/app-1.2 srv/site; do
		unchanged run 0 --policy policy.yaml --check $name
	done
}

for names in "" app\ t/site "t/app-1.2 srv/site" srv t "srv app t"; do
	renew
	# shellcheck disable=SC2086 # several
	run 0 --policy policy.yaml $names
	settled "$names"
done

# The same for sources, one by one, by a list, and by a trigger's, which passes over what is in no tree.
sources="t/app-1.2/a.py srv/app-1.2/pkg/b.py srv/site/c.py"
for named in app/named srv/app-1.2/named t/site/deep/inner srv/site/deep/inner; do
	renew
	# shellcheck disable=SC2086
	run 0 --policy policy.yaml $sources $named/d.py
	settled "$named"
	renew
	src t/none/e.py
	# shellcheck disable=SC2086
	printf "$T/%s\n" $sources $named/d.py srv/none/e.py >list
	trigger 0 rpm-in --policy policy.yaml --python "$PY" <list
	absent t/none/__pycache__
	rm -r t/none
	settled "trigger: $named"
	# All goes with its source, whatever that is called.
	rm t/app-1.2/a.py t/site/deep/inner/d.py
	run 0 --policy policy.yaml srv/app-1.2/a.py $named/d.py
	absent "$(pyc t/app-1.2/a.py 1)" t/site/deep/inner/__pycache__
	there "$(pyc t/app-1.2/pkg/b.py 1)" "$(pyc t/site/c.py)"
done

# A plan and an explanation name it as the policy does, and no name counts as one that nothing is at.
renew
run 0 --policy policy.yaml --json --dry-run srv/site/deep srv/app-1.2/pkg
plan >plan
printf '%s\n' "compile app/named/d.py 3.11 2" "compile app/pkg/b.py 3.11 1" | diff - plan || fail "the plan"
try 0 "$PYCSYNC" policy explain --python "$PY" --policy policy.yaml srv/site/deep/inner/d.py "$(pyc srv/app-1.2/pkg/b.py 1)" srv/site/deep
[ ! -s err ] || fail "explain"
says "in the tree $T/app/named"

# What is in no tree keeps the name that it was given.
src t/none/e.py
run 0 --policy policy.yaml --json --dry-run srv/none
plan >plan
printf '%s\n' "compile srv/none/e.py 3.11 0" | diff - plan || fail "the plan"
