# SPDX-License-Identifier: LGPL-2.1-or-later
# Two runs over one tree do not take each other's temporaries.
# slow
. "$LIB/case.sh"

for round in 1 2; do
	bulk t 20 $round
	"$PYCSYNC" sync -q --python "$PY" t 2>err &
	run 0 t
	wait $! || fail "the other failed"
	check t
done
