# SPDX-License-Identifier: LGPL-2.1-or-later
# A __pycache__ is never a place for sources: what is called so in one is nobody's module.
. "$LIB/case.sh"

src t/a.py
src t/__pycache__/b.py
src t/__pycache__/p/c.py
run 0 t
absent t/__pycache__/__pycache__ t/__pycache__/p/__pycache__
there "$(pyc t/a.py)" t/__pycache__/b.py
fake_pyc t/__pycache__/gone.$TAG.pyc
run 0,1 t/__pycache__
absent t/__pycache__/__pycache__
