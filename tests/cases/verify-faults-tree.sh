# SPDX-License-Identifier: LGPL-2.1-or-later
# Every fault in a tree is found, once, and nothing else.
. "$LIB/case.sh"
export T
"$PY" -I -X utf8 "$LIB/../verify/faults.py" tree || fail "see above"
