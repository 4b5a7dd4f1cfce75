# SPDX-License-Identifier: LGPL-2.1-or-later
# A broken policy does not break a transaction: the trigger says so and goes by what it has.
. "$LIB/case.sh"

[ ! -e /etc/pycsync/policy.yaml ] || skip "this system has a policy of its own"
src t/usr/lib/python3.11/site-packages/a.py
printf 'version: 1\ntreees: []\n' | policy
echo usr/lib/python3.11/site-packages/a.py >list
for name in policy.yaml none.yaml; do
	rm -rf t/usr/lib/python3.11/site-packages/__pycache__
	trigger 0 alpm-post --root t --policy $name <list
	says $name
	check --root t t
done
