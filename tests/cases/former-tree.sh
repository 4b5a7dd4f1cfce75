# SPDX-License-Identifier: LGPL-2.1-or-later
# The trees of the system's policy come and go with files of packages. A new one is made right by the next run
# of a trigger, whatever its list; in one that is no more, what pycsync made goes with its source, and nothing else.
. "$LIB/case.sh"
own_state

mkdir up work
mount -t overlay -o "lowerdir=/etc,upperdir=$T/up,workdir=$T/work" overlay /etc 2>/dev/null || skip "no overlay"
mkdir -p /etc/pycsync/policy.d
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s/t/main]\n' "$T" >/etc/pycsync/policy.yaml
tool=/etc/pycsync/policy.d/tool.yaml
src t/main/a.py
for name in gone stays; do
	src t/tool/$name.py
	src t/tool/inner/$name.py
done
echo /nowhere/x.py >list
trigger 0 rpm-in <list
check t/main
absent t/tool/__pycache__
printf 'version: 1\ntrees+: [%s/t/tool]\n' "$T" >$tool
trigger 0 rpm-in --json <list
totals compiled=4
check t/main t/tool
trigger 0 rpm-in --json <list
totals sources=0

fake_pyc t/tool/__pycache__/strange.$TAG.pyc
rm $tool t/tool/gone.py t/tool/inner/*.py
echo 'value = 2' >t/tool/stays.py
# Which the policy does not speak of, so there is nothing to judge it by.
try 0 "$PYCSYNC" verify
says "1 sources, 1 pycs: nothing wrong"
cp "$(pyc t/tool/stays.py)" before
trigger 0 rpm-postun --json <list
totals removed=3 compiled=0
absent "$(pyc t/tool/gone.py)" t/tool/inner/__pycache__
there t/tool/__pycache__/strange.$TAG.pyc
cmp "$(pyc t/tool/stays.py)" before || fail "compiled in no tree"
rm t/tool/stays.py
trigger 0 rpm-postun --json <list
totals sources=0
# A policy that cannot be read has no trees, and nothing follows from that.
printf 'version: 1\ntrees+: [%s/t/tool]\n' "$T" >$tool
src t/tool/stays.py
trigger 0 rpm-in <list
echo '{' >$tool
rm t/tool/stays.py
trigger 0 rpm-in <list 2>/dev/null || :
printf 'version: 1\ntrees+: [%s/t/tool]\n' "$T" >$tool
src t/tool/stays.py
try 0 "$PYCSYNC" sync --json
check t/tool

# Under the name of a link it is no other tree. What is remembered goes by the other name, so all pycs are new.
rm -r t/tool/__pycache__
settle
try 0 "$PYCSYNC" sync
ln -s tool t/under
printf 'version: 1\ntrees+: [%s/t/under]\n' "$T" >$tool
src t/tool/new.py
try 0 "$PYCSYNC" sync --json
totals compiled=1 fresh=2
