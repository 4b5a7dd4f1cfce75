# SPDX-License-Identifier: LGPL-2.1-or-later
# The header holds int() of the mtime as a float, and 32 bits of it.
. "$LIB/case.sh"

n=0
for time in -5 -1.5 0 1699999999.999999999 1700000000.5 4294967295 5000000000; do
	n=$((n + 1))
	src t/m$n.py
	touch -d @$time t/m$n.py
done
run 0 t
check t
unchanged run 0 t
