# SPDX-License-Identifier: LGPL-2.1-or-later
# Where nothing can be written each source is named once, old caches survive, and what is fresh is
# no failure.
. "$LIB/case.sh"

src t/a.py
src t/b.py
src t/new/c.py
give_away t
nobody() {
	wanted=$1
	shift
	try "$wanted" as_nobody "$PYCSYNC" sync --python "$PY" "$@"
}
nobody 0 t/a.py t/b.py
settle
touch t/b.py
cp "$(pyc t/b.py)" old
chmod 555 t/__pycache__ t/new
nobody 1 t
once "$T/t/b.py"
once "$T/t/new/c.py"
cmp old "$(pyc t/b.py)" || fail "the old pyc is damaged"
absent t/new/__pycache__
nobody 0 t/a.py
rm t/a.py
nobody 1 t/a.py
says a.$TAG.pyc
there "$(pyc t/a.py)"
chmod 755 t/__pycache__ t/new
nobody 0 t
check t
