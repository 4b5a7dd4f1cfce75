# SPDX-License-Identifier: LGPL-2.1-or-later
# An expression that hits its limit is an error of that rule for that path, said once: the source is left
# alone, as nobody knows whether the rule fits. The others are done.
. "$LIB/case.sh"

long=$(printf '%060d' 0 | tr 0 x)
src "t/$long.py"
src t/other.py
fake_pyc "$(pyc "t/$long.py")"
touch -d @1 "$(pyc "t/$long.py")"
cp "$(pyc "t/$long.py")" before
cat >policy.yaml <<-'E'
	version: 1
	defaults: {optimize: [0, 1]}
	rules:
	  - {regex: '(x+x+)+[yz]', compile: false}
	  - {regex: 'ot.er', optimize: 0}
E
run 1 --policy policy.yaml t
[ "$(grep -c 'takes too many steps' err)" = 1 ] || fail "not said once"
grep -qE "/t/$long.py: .*policy.yaml:4: the regex of this rule takes too many steps" err || fail "place"
cmp before "$(pyc "t/$long.py")" || fail "not left alone"
test -f "$(pyc t/other.py)" || fail "the other"
run 1 --policy policy.yaml --json t
totals compiled=0 fresh=1 failed=1
# Where another condition of the rule does not hold, the expression does not matter.
sed -i 's/{regex: .(x/{size-over: 1MiB, regex: '"'(x/" policy.yaml
run 0 --policy policy.yaml --json t
totals compiled=2 fresh=1
# In a trigger it is a failure like others.
mkdir -p root/etc/pycsync
src "root/t/$long.py"
printf 'version: 1\ntrees: [/t]\nrules: [{regex: "(x+x+)+[yz]", compile: false}]\n' >root/etc/pycsync/policy.yaml
echo "t/$long.py" >list
trigger 0 alpm-post --root root <list
grep -q 'policy.yaml:3: the regex of this rule takes too many steps' err || fail "silent in a trigger"
# policy explain names the rule as what decides.
try 0 "$PYCSYNC" policy explain --root root "/t/$long.py"
grep -qE 'compile: false +# /etc/pycsync/policy.yaml:3' out || fail "explain"
