# SPDX-License-Identifier: LGPL-2.1-or-later
# A symlink given as PATH is followed, a directory symlink met in a walk is not; links to sources
# are sources.
. "$LIB/case.sh"

src t/real/a.py
src t/other/b.py
ln -s ../real t/other/dirlink
ln -s other t/link
ln -s ../real/a.py t/other/alias.py
ln -s nowhere.py t/other/dangling.py
ln -s loop.py t/other/loop.py
run 0 t/link
check t/link/
absent t/real/__pycache__ "$(pyc t/other/dangling.py)" "$(pyc t/other/loop.py)"
there "$(pyc t/other/b.py)" "$(pyc t/other/alias.py)"
unchanged run 0 t/link
rm -r t/other/__pycache__
run 0 t/other
check t/other
run 0 t/other/dirlink/a.py
there "$(pyc t/real/a.py)"
run 0,1 t/other/loop.py t/other/loop.py/x.py
absent "$(pyc t/other/loop.py)"
