# SPDX-License-Identifier: LGPL-2.1-or-later
# Paths given twice, or as a file and in its tree, count once.
. "$LIB/case.sh"

src t/a.py
src t/b.py
printf 't/a.py\nt\nt/b.py\n' >list
run 0 --json --stdin t/a.py t t/ "$T/t/a.py" t/__pycache__/a.$TAG.pyc <list
totals compiled=2 fresh=0
check t
