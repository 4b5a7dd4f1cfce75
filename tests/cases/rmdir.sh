# SPDX-License-Identifier: LGPL-2.1-or-later
# A __pycache__ goes when its last entry went, and stays when anything foreign is left in it.
. "$LIB/case.sh"

src t/one/a.py
src t/two/a.py
src t/one/keep.txt
src t/two/keep.txt
run 0 t
rm t/one/a.py t/two/a.py
echo mine >t/two/__pycache__/notes
run 0 --json t/one/a.py t/two
plan
absent t/one/__pycache__ "$(pyc t/two/a.py)"
there t/two/__pycache__/notes t/one/keep.txt
