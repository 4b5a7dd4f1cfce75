# SPDX-License-Identifier: LGPL-2.1-or-later
# A new pyc is another inode: a reader of the old one, or a second link to it, sees no change.
. "$LIB/case.sh"

src t/a.py 'x = "old"'
run 0 t
ln "$(pyc t/a.py)" link
cp link old
settle
src t/a.py 'x = "new"'
run 0 t
cmp link old || fail "rewritten in place"
check t
[ "$(stat -c %h "$(pyc t/a.py)")" = 1 ] || fail "the pyc has more than one link"
