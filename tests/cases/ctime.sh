# SPDX-License-Identifier: LGPL-2.1-or-later
# Same mtime and size, but a newer ctime: content is never guessed from the header alone.
. "$LIB/case.sh"

src t/new.py 'x = "one"'
src t/moved.py 'x = "one"'
run 0 t
rewrite t/new.py 'x = "two"'
src other.py 'x = "two"'
touch -r t/moved.py other.py
mv other.py t/moved.py
run 0 --json t
totals compiled=2
check t
unchanged run 0 t
