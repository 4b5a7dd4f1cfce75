# SPDX-License-Identifier: LGPL-2.1-or-later
# A second run finds everything fresh and changes nothing.
. "$LIB/case.sh"

src t/a.py
src t/p/__init__.py
src t/p/q/b.py
run 0 --json t
totals compiled=3 removed=0 fresh=0 failed=0
check t
unchanged run 0 --json t
totals compiled=0 removed=0 fresh=3 failed=0
unchanged run 0 t/a.py t/p/q
