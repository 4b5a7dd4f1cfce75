# SPDX-License-Identifier: LGPL-2.1-or-later
# invalidation: each mode as the importer reads it; a change of mode compiles again.
. "$LIB/case.sh"

in_mode() {
	printf 'version: 1\ndefaults:\n  invalidation: %s\n' "$1" | policy
	run 0 --policy policy.yaml --json t
}
src t/a.py
src t/é.py 'x = "é"'
: >t/empty.py
for mode in timestamp checked-hash unchecked-hash checked-hash timestamp unchecked-hash timestamp; do
	in_mode $mode
	totals compiled=3 fresh=0
	check --mode $mode t
	in_mode $mode
	totals compiled=0 fresh=3
done
for mode in checked-hash unchecked-hash; do
	in_mode $mode
	rewrite t/é.py 'x = "e"'
	settle
	src t/a.py 'x = "new"'
	in_mode $mode
	totals compiled=2 fresh=1
	check --mode $mode t
	src t/a.py
	rewrite t/é.py 'x = "é"'
done
in_mode auto
check t
