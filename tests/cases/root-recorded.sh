# SPDX-License-Identifier: LGPL-2.1-or-later
# A link in --root is recorded under the name that was given.
. "$LIB/case.sh"

src root/real/a.py
ln -s /real root/link
run 0 --root root /link/a.py
"$PY" -I -c 'import marshal; print(marshal.loads(open("root/real/__pycache__/a.cpython-311.pyc", "rb").read()[16:]).co_filename)'
