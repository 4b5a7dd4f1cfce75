# SPDX-License-Identifier: LGPL-2.1-or-later
# An unreadable source, or directory, is named once, and the rest is done.
. "$LIB/case.sh"

src t/closed.py
src t/good.py
src t/dir/a.py
chmod 000 t/closed.py t/dir
give_away t
try 1 as_nobody "$PYCSYNC" sync --python "$PY" t
once "$T/t/closed.py"
once "$T/t/dir"
check --except "$T/t/closed.py" --except "$T/t/dir/a.py" t
