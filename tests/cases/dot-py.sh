# SPDX-License-Identifier: LGPL-2.1-or-later
# A file called just .py is no module: nothing can import it, and its cache would be that of py.py.
. "$LIB/case.sh"

src t/.py
run 0 --json t
totals compiled=0
absent t/__pycache__
src t/py.py
run 0 t
there t/__pycache__/py.$TAG.pyc
rm t/py.py
run 0 t
absent t/__pycache__
