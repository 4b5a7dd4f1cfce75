# SPDX-License-Identifier: LGPL-2.1-or-later
# When the list cannot be read nothing at all is done, and it is said.
. "$LIB/case.sh"

src t/a.py
unchanged run 1,2 --stdin t/a.py <&-
[ -s err ] || fail "no message: stdin closed"
unchanged run 1,2 --stdin t/a.py <"$T"
[ -s err ] || fail "no message: stdin a directory"
exec 3>sink
unchanged run 1,2 --stdin t/a.py 0<&3
[ -s err ] || fail "no message: stdin open for writing only"
