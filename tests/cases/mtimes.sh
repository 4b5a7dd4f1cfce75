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
says '7 compiled'
# With 32 bits, this Python may see no file that is of a time after 2038: it imports none either.
for n in 6 7; do
	"$PY" -c "import os; os.stat('t/m$n.py')" 2>/dev/null || rm -r t/m$n.py t/__pycache__/m$n.*
done
check t
unchanged run 0 t
