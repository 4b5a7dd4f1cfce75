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
