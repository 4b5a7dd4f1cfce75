# SPDX-License-Identifier: LGPL-2.1-or-later
# A run that is killed between two directories that it empties leaves one that nothing in it tells of: the next
# run removes it, whatever that one is told to look at. One that a package owns, or that has anything in it, stays.
# slow
. "$LIB/case.sh"
need strace
own_state
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [{path: %s/t}]\n' "$T" | policy

# killed N COMMAND...: at the removal of directory number N, from the inner to the outer.
killed() {
	rm -rf t
	src t/top.py
	src t/one/two/three/m.py
	src t/full/m.py
	"$PYCSYNC" sync -q --policy policy.yaml
	rm t/one/two/three/m.py t/full/m.py
	echo text >t/full/notes
	n=$1
	shift
	strace -o trace -e trace=unlinkat "$@" --policy policy.yaml >/dev/null
	at=$(grep -n REMOVEDIR trace | sed -n "${n}s/:.*//p")
	[ -n "$at" ] || fail "no removal $n of a directory"
	mkdir -p t/one/two/three/__pycache__ t/full/__pycache__
	fake_pyc t/one/two/three/__pycache__/m.$TAG.pyc
	fake_pyc t/full/__pycache__/m.$TAG.pyc
	strace -o trace -e trace=unlinkat -e inject=unlinkat:signal=KILL:when="$at" "$@" --policy policy.yaml &&
		fail "it was not killed"
	[ -e t/one ] || fail "nothing was left"
}
for n in 1 2 3 4 5; do
	for command in sync clean; do
		killed $n "$PYCSYNC" $command
		src other/x.py
		echo "$T/other/x.py" >list
		trigger 0 rpm-in --policy policy.yaml <list
		absent t/one t/full/__pycache__
		there t/full/notes t/top.py
		[ "$(ls /var/lib/pycsync)" = "$(printf 'lock\nmemory\nruns\ntags\ntold')" ] || fail "left: $(ls /var/lib/pycsync)"
	done
done
