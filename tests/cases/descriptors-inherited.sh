# SPDX-License-Identifier: LGPL-2.1-or-later
# Descriptors that the caller left open are neither used nor kept.
. "$LIB/case.sh"

src t/a.py
src t/b.py
for n in 3 4 5 6 7 8 9; do
	echo "file $n" >f$n
done
exec 3>>f3 4>>f4 5>>f5 6<f6 7<f7 8<>f8 9<>f9
run 0 t
for n in 3 4 5 6 7 8 9; do
	[ "$(cat f$n)" = "file $n" ] || fail "written to descriptor $n"
done
exec 3>&- 4>&- 5>&- 6<&- 7<&- 8<&- 9<&-
check t
