# SPDX-License-Identifier: LGPL-2.1-or-later
# The trigger of dpkg: directories in one argument, standard input is left alone, and status 0 always.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees: [/usr/lib/python3/dist-packages, '/usr/lib/python{version}']
END
dist=t/usr/lib/python3/dist-packages
src $dist/a.py
src $dist/pkg/b.py
src $dist/bad.py 'def f(:'
src t/usr/lib/python3.11/c.py
src t/usr/lib/python3.12/d.py
src t/opt/outside.py
echo keep >input
{
	trigger 0 dpkg --root t --policy policy.yaml --json "/usr/lib/python3/dist-packages /usr/share/nothing"
	cat >left
} <input
cmp input left || fail "standard input was read"
totals compiled=2 failed=1
absent "$(pyc t/usr/lib/python3.11/c.py)" "$(pyc t/opt/outside.py)"
grep -q bad.py err || fail "bad.py is not named"

# A name above several trees, or below one, stands for them; no name stands for all.
rm $dist/bad.py $dist/pkg/b.py
trigger 0 dpkg --root t --policy policy.yaml --json "/usr/lib"
totals compiled=1 removed=1
absent $dist/pkg t/usr/lib/python3.12/__pycache__
check --root t $dist t/usr/lib/python3.11
rm t/usr/lib/python3.11/c.py
trigger 0 dpkg --root t --policy policy.yaml --json
totals removed=1

# Whatever happens.
printf 'version: 1\ntrees: 7\n' >policy.yaml
trigger 0 dpkg --root t --policy policy.yaml /usr/lib
trigger 0 dpkg --root "$T/nowhere" /usr/lib

# The wide names speak of the trees that have no name of their own, the others of themselves; /lib is /usr/lib.
own=$(sed -n 's|^interest-noawait \(/usr/lib/python3.*\)|\1|p' "$LIB/../../triggers/dpkg/triggers.in")
[ -n "$own" ] || fail "no names in triggers.in"
rm -rf t
for tree in $own /opt/app /usr/share/tool /usr/lib/python3.99; do
	src "t$tree/m.py"
done
ln -s usr/lib t/lib
{
	printf 'version: 1\ninterpreters: [3.11]\ntrees:\n'
	for tree in $own /opt/app /usr/share/tool; do
		echo "- $tree"
	done
} | policy
trigger 0 dpkg --root t --policy policy.yaml --json /srv
totals compiled=0
trigger 0 dpkg --root t --policy policy.yaml --json "/usr /srv"
totals compiled=1
trigger 0 dpkg --root t --policy policy.yaml --json "/opt"
totals compiled=1
check --root t t/opt/app t/usr/share/tool
n=0
for tree in $own; do
	n=$((n + 1))
	case $n in 1 | 2) tree=${tree#/usr} ;; esac
	trigger 0 dpkg --root t --policy policy.yaml --json "/usr $tree"
	totals compiled=1 fresh=1
done
