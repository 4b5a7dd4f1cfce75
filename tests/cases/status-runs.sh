# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# status tells of the last runs, and from memory of the trees; neither log nor memory is trusted.
. "$LIB/case.sh"

state=t/var/lib/pycsync
mkdir -p t/etc/pycsync/policy.d $state
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [/tree]\n' >t/etc/pycsync/policy.yaml
src t/tree/a.py
src t/tree/b.py
src t/tree/bad.py 'x = ('
# status EXPRESSION [ARGUMENT...]: of the JSON and the tree
status() {
	expression=$1
	shift
	unchanged try 0,1 "$PYCSYNC" status --root t --json "$@"
	"$PY" -I - out "$expression" <<-'END' || fail "$expression: $(cat out)"
		import json, sys, time
		with open(sys.argv[1], encoding="utf-8") as file:
		    s = json.load(file)
		tree, runs = s["trees"][0], s["runs"]
		needs = " ".join(s["problems"])
		assert eval(sys.argv[2])
	END
}
status 'not runs and tree["looked"] and tree["planned"] == 3'

# A run is noted with what failed; a dry one, and one that has nothing to do, is not.
try 1 "$PYCSYNC" sync --root t
status 'len(runs) == 1 and runs[0]["by"] == "sync" and runs[0]["compiled"] == 2 and runs[0]["failed"] == 1'
status 'runs[0]["failures"][0].startswith("/tree/bad.py:1: SyntaxError") and abs(runs[0]["time"] - time.time()) < 3600'
status 'not tree["looked"] and tree["planned"] is None'
status '(tree["sources"], tree["fresh"], tree["failed"]) == (3, 2, 1) and "/tree: 1 fails: fix it, or exclude it " in needs'
cp $state/runs before
run 0 --root t -n /tree/a.py
run 0 --root t /tree/a.py
echo usr/share/doc/x >list
try 0 "$PYCSYNC" trigger alpm-post --root t <list
cmp -s before $state/runs || fail "noted: $(cat $state/runs)"
# One of all trees that finds all well is noted where the one before it failed, and not each day.
cp -p t/tree/bad.py bad
rm t/tree/bad.py
run 0 --root t
status 'len(runs) == 2 and runs[0]["by"] == "sync" and "failed" not in needs'
cp $state/runs after
run 0 --root t
cmp -s after $state/runs || fail "idle, and noted: $(cat $state/runs)"
cp -p bad t/tree/bad.py
cp before $state/runs
run 1 --root t

# What lies outside of all trees is not what 'sync' without paths looks at.
src t/other/bad.py 'x = ('
mv t/tree/bad.py bad
run 0 --root t
run 1 --root t /other/bad.py
status '"in the last run 1 failed: run it again on the same paths" in needs'
rm -r t/other
mv bad t/tree/bad.py
cp before $state/runs
run 1 --root t

# What changed is seen by a look.
settle
echo 'y = 1' >>t/tree/a.py
status 'not tree["looked"] and tree["sources"] == 3'
status 'tree["looked"] and tree["planned"] == 1 and "1 to do" in needs' --full
mv t/tree/bad.py t/tree/good.py
echo 'x = 1' >t/tree/good.py
printf '%s\n' tree/a.py tree/bad.py tree/good.py >list
try 0 "$PYCSYNC" trigger alpm-post --root t <list
status 'runs[0]["by"] == "pacman" and runs[0]["compiled"] == 2 and runs[0]["failed"] == 0 and runs[1]["by"] == "sync"'
status 'tree["failed"] == 0 and tree["sources"] == 3 and "fail" not in needs'
unchanged try 0,1 "$PYCSYNC" status --root t
says "pacman: 2 compiled"

# Files of the policy that are not read, or refused.
echo >t/etc/pycsync/policy.yml
echo 'trees: 7' >t/etc/pycsync/policy.d/bad.yaml
status 'len(s["policy"]) == 1 and "policy.yml" in s["policy_ignored"][0] and "bad.yaml" in s["policy_refused"][0]'
status '"not valid" in needs and "policy.yml" in needs'
rm t/etc/pycsync/policy.yml t/etc/pycsync/policy.d/bad.yaml

# The store: one that is not there yet is made when it is used.
sed -i '$a store: {path: /kept}' t/etc/pycsync/policy.yaml
status 's["stores"] == [{"store": "/kept", "there": False, "entries": None, "bytes": None, "error": None}] and not needs.count("store")'
echo 'z = 1' >t/tree/a.py
try 0 "$PYCSYNC" sync --root t
status 's["stores"][0]["entries"] == 1 and tree["looked"]' --full
# Root alone asks who else may write there.
chmod 777 t/kept
! is_root || status '"the store /kept is not used" in needs'
sed -i '$d' t/etc/pycsync/policy.yaml
status 's["stores"] == []'

# Whatever is in the log, status and runs go on, and what drives a terminal does not.
cp $state/runs whole
for damage in 'echo garbage' 'head -c 70 whole' 'cat whole; printf "\033[31m"' 'head -c 100000 /dev/urandom' :; do
	sh -c "$damage" >$state/runs
	unchanged try 0,1 "$PYCSYNC" status --root t
	! grep -q "$(printf '\033')" out || fail "$damage: $(cat -v out)"
	echo "x = '$damage'" >t/tree/a.py
	try 0 "$PYCSYNC" sync --root t
	status 'runs[0]["compiled"] == 1'
done
rm $state/runs
mkdir $state/runs
status 'not runs'
echo 'y = 2' >t/tree/b.py
try 0 "$PYCSYNC" sync --root t
says "this run is missing in the log of runs"
rmdir $state/runs

# It goes with the rest.
try 0 "$PYCSYNC" clean --made --root t
absent $state/runs $state/memory
