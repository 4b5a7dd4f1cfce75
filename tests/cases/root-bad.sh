# SPDX-License-Identifier: LGPL-2.1-or-later
# A root that is none: one message, nothing done.
. "$LIB/case.sh"

src t/a.py
for root in "$T/none" "$T/t/a.py" ''; do
	unchanged run 1,2 --root "$root" "$T/t/a.py"
	[ -s err ] || fail "no message: --root '$root'"
done
