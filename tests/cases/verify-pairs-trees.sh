# SPDX-License-Identifier: LGPL-2.1-or-later
# Every fault together with every other on one source, in a tree and in a staging root: both are found.
# slow
. "$LIB/case.sh"
export T
"$PY" -I -X utf8 "$LIB/../verify/pairs.py" tree stage || fail "see above"
