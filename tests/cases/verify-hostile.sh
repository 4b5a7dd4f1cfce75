# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# Hostile archives: escapes, absurd sizes, links to links, cut anywhere.
. "$LIB/case.sh"
export T
"$PY" -I -X utf8 "$LIB/../verify/hostile.py" escapes links repeated absurd laughs cut no_archives ||
	fail "see above"
