# SPDX-License-Identifier: LGPL-2.1-or-later
# A cache file given as PATH stands for its source, there or gone.
. "$LIB/case.sh"

src t/a.py
src t/b.py
src t/c.py
src t/d.py
run 0 t
settle
touch t/a.py t/b.py
rm t/c.py t/d.py
run 0 --json "$(pyc t/a.py)" "$(pyc t/c.py)"
totals compiled=1 removed=1
absent "$(pyc t/c.py)"
there "$(pyc t/d.py)"
run 0 --json t
totals compiled=1 removed=1 fresh=1
check t
