# SPDX-License-Identifier: LGPL-2.1-or-later
# An erofs, which has no ctimes, mounted.
. "$LIB/copy.sh"
need mkfs.erofs
made_root
mkfs.erofs image root >out 2>&1
same_mounted image
