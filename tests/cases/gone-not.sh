# SPDX-License-Identifier: LGPL-2.1-or-later
# An interpreter that a manager names, and that is there, is not gone, whether it is served or not: its caches stay.
. "$LIB/case.sh"

serve() {
	printf 'version: 1\ninterpreters: [%s]\ntrees: [%s/t]\n' "$1" "$T" | policy
}
serve '"3.11"'
src t/a.py
fake_pyc t/__pycache__/a.cpython-312.pyc
fake_pyc t/__pycache__/a.pypy39.pyc
mkdir -p t/opt/bin
: >t/opt/bin/python3.12
echo "$T/t/opt/bin/python3.12" >list
trigger 0 rpm-in --policy policy.yaml <list
there t/__pycache__/a.cpython-312.pyc
rm t/opt/bin/python3.12
trigger 0 rpm-in --policy policy.yaml <list
absent t/__pycache__/a.cpython-312.pyc
there "$(pyc t/a.py)"

if [ -e /usr/bin/pypy3.9 ]; then
	echo /usr/bin/pypy3.9 | trigger 0 rpm-in --policy policy.yaml
	there t/__pycache__/a.pypy39.pyc
	# Nor is one that served once, and was taken out of the policy.
	own_state
	serve '"3.11", /usr/bin/pypy3.9'
	try 0 "$PYCSYNC" sync --policy policy.yaml
	there t/__pycache__/a.pypy39.pyc
	serve '"3.11"'
	try 0 "$PYCSYNC" sync --policy policy.yaml
	there t/__pycache__/a.pypy39.pyc
	echo /usr/bin/pypy3.9 | trigger 0 rpm-in --policy policy.yaml
	there t/__pycache__/a.pypy39.pyc
fi
