# SPDX-License-Identifier: LGPL-2.1-or-later
# The commands of README.md and of the manuals do what they are said to do, as they are written there.
# slow
. "$LIB/case.sh"
need_root
need jq
"$PY" -I -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" || skip "what the documents show is of another version of Python"

try 0 "$LIB/../docs/run"
says " 0 failed, "
! grep -q '^docs: 0 passed' out || skip "no throw-away roots"
