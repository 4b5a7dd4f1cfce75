# SPDX-License-Identifier: LGPL-2.1-or-later
# Where no worker can be started it is said, nothing hangs and nothing is damaged.
. "$LIB/case.sh"
need_root
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"  # which would need a process of its own

src t/a.py
src t/b.py
give_away t
try 0 as_nobody "$PYCSYNC" sync --python "$PY" t/a.py
want=1,2 got=0
as_nobody sh -c 'ulimit -p 0 2>/dev/null || ulimit -u 0; exec "$@"' - \
	"$PYCSYNC" sync --python "$PY" "$T/t" >out 2>err || got=$?
judge "no processes"
[ -s err ] || fail "no message"
check --except "$T/t/b.py" t
