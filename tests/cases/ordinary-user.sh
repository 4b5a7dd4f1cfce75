# SPDX-License-Identifier: LGPL-2.1-or-later
# An ordinary user on their own tree.
. "$LIB/case.sh"

src t/a.py
src t/p/b.py
src t/gone.py
chmod 640 t/p/b.py
give_away t
try 0 as_nobody "$PYCSYNC" sync --python "$PY" t
check t
rm t/gone.py
settle
touch t/a.py
try 0 as_nobody "$PYCSYNC" sync --python "$PY" --json t
totals compiled=1 removed=1 fresh=1
check t
[ "$(stat -c %a "$(pyc t/p/b.py)")" = 640 ] || fail "mode"
if is_root; then
	[ -z "$(find t ! -user $NOBODY)" ] || fail "$(snap t)"
fi
