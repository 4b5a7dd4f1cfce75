# SPDX-License-Identifier: LGPL-2.1-or-later
# A list of rubbish does no harm, and what is right in it is done.
. "$LIB/case.sh"

src t/a.py
src t/b.py
fake_pyc t/__pycache__/gone.$TAG.pyc
cd t
{
	printf '\n\n \n\t\n-n\n--\n../../../..\001\n*\n?\n%%s%%n\n\377\376\n/\\\na.py\r\n'
	head -c 5000 /dev/zero | tr '\0' x
	printf '\n%s/t/a.py\n' "$T"
} >../list
run 0,1 --json --stdin <../list
totals compiled=1
there "$(pyc ./a.py)" __pycache__/gone.$TAG.pyc
absent "$(pyc ./b.py)"
