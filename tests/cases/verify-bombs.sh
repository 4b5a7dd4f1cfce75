# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# Archives that unpack to more than there is room for, as one member and as many.
. "$LIB/case.sh"
not_with_asan "it takes memory of its own"
need zstd
need ar
export T
"$PY" -I -X utf8 "$LIB/../verify/hostile.py" bombs || fail "see above"
