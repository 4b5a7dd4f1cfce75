# SPDX-License-Identifier: LGPL-2.1-or-later
# In root's directories a pyc belongs to its source's owner and group, in a user's all is the user's; a new
# __pycache__ belongs to whom its parent belongs.
. "$LIB/case.sh"
need_root

src t/mine/a.py
src t/theirs/a.py
chown 1234:4321 t/theirs t/theirs/a.py
src t/theirs/b.py
chown 5:6 t/mine/a.py
src t/mine/b.py
# What is made here is born with the group of the directory.
src t/born/a.py
src t/born/b.py
chown 0:4321 t/born t/born/b.py
chmod 2775 t/born
run 0 t
find t -mindepth 2 -name '*__' -printf '%P %U:%G\n' -o -name '*.pyc' -printf '%P %U:%G\n' | sort
try 0 "$PYCSYNC" verify --python "$PY" t
unchanged run 0 t
