# SPDX-License-Identifier: LGPL-2.1-or-later
# What the importer would not take is compiled again, and what it would take in error, too.
. "$LIB/case.sh"

for name in mtime size content untouched garbage magic truncated empty; do
	src t/$name.py
done
run 0 t
settle
touch -d @1000000000 t/mtime.py
rewrite t/size.py 'x = 1'
rewrite t/content.py "$(sed 's/none/NONE/' t/content.py)"
echo garbage >t/__pycache__/garbage.$TAG.pyc
printf '\313' | dd of=t/__pycache__/magic.$TAG.pyc conv=notrunc status=none
: >t/__pycache__/empty.$TAG.pyc
dd if=t/__pycache__/truncated.$TAG.pyc of=short bs=10 count=1 status=none
cp short t/__pycache__/truncated.$TAG.pyc
stat -c %i "$(pyc t/untouched.py)" >inode
run 0 --json t
totals compiled=7 fresh=1 failed=0
check t
stat -c %i "$(pyc t/untouched.py)" | cmp -s - inode || fail "a fresh pyc was replaced"
