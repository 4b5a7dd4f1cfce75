# SPDX-License-Identifier: LGPL-2.1-or-later
# A squashfs, which has whole seconds and no ctimes: unpacked, and mounted.
. "$LIB/copy.sh"
need mksquashfs
need unsquashfs
made_root
mksquashfs root image -quiet -no-progress >out
unsquashfs -q -n -f -d with image >out
cp -a with without
same_with_state with
renewed without
same_without_state without
same_mounted image
