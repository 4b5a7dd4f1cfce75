# SPDX-License-Identifier: LGPL-2.1-or-later
# In a hash mode the content decides: a source that was only touched or installed anew is fresh.
. "$LIB/case.sh"

src t/a.py
for mode in checked-hash unchecked-hash; do
	printf 'version: 1\ndefaults:\n  invalidation: %s\n' $mode | policy
	run 0 --policy policy.yaml t
	settle
	cp t/a.py new.py
	mv new.py t/a.py
	unchanged run 0 --policy policy.yaml --json t
	totals compiled=0 fresh=1
	check --mode $mode t
done
