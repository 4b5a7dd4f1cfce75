# SPDX-License-Identifier: LGPL-2.1-or-later
# Running out of descriptors: no crash, no harm, a word about it, and the next run does the rest.
# slow
. "$LIB/case.sh"

bulk t 12
src t/p/q/r/s.py
for limit in 16 12 10 9 8 7 6 5; do
	rm -rf t/__pycache__
	want=0,1,2 got=0
	(ulimit -n $limit && exec "$PYCSYNC" sync --python "$PY" -j 2 t) >out 2>err || got=$?
	judge "ulimit -n $limit"
	[ $got = 0 ] || [ -s err ] || fail "ulimit -n $limit: status $got without a word"
	[ $got != 0 ] || check t
	[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "ulimit -n $limit: $(find t)"
	check --loads t
done
run 0 t
check t
(ulimit -n 24 && exec "$PYCSYNC" sync --python "$PY" -j 64 t/p) || fail "24 are not enough"
