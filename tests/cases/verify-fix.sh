# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# The command that is named for each finding fixes it and changes nothing else; so do all of them. In a
# staging root, too, each leaves nothing of what it is named for.
. "$LIB/case.sh"
export T
"$PY" -I -X utf8 "$LIB/../verify/faults.py" fix || fail "see above"
"$PY" -I -X utf8 "$LIB/../verify/pairs.py" fix-tree fix-stage || fail "see above"
