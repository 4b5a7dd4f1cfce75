# SPDX-License-Identifier: LGPL-2.1-or-later
# Without a policy, what pacman's hook lists below usr/lib/python3.11 is compiled.
. "$LIB/case.sh"

[ ! -e /etc/pycsync/policy.yaml ] || skip "this system has a policy of its own"
for name in site-packages/a site-packages/p/b; do
	src t/usr/lib/python3.11/$name.py
done
(cd t && find usr/lib -name '*.py') | sort >list
listed t
trigger 0 alpm-post --root t <list
check --root t t
rm t/usr/lib/python3.11/site-packages/a.py
trigger 0 alpm-post --root t <list
check --root t t
trigger 0 alpm-pre --root t <list
[ -z "$(find t -name '*.pyc')" ] || fail "$(find t)"
