# SPDX-License-Identifier: LGPL-2.1-or-later
# While the first run asks interpreters, databases are read: what is found then is no answer before somebody asks.
. "$LIB/case.sh"
own_state

list=/var/lib/dpkg/info/x.list
src t/a.py
run 0 t
mkdir -p /var/lib/dpkg/info
printf '/x' >$list # not whole
for i in 1 2 3; do
	rm -f /var/lib/pycsync/told
	try 0 "$PYCSYNC" sync t # nothing is to be done
	[ ! -s err ] || fail "said"
done
