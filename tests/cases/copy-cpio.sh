# SPDX-License-Identifier: LGPL-2.1-or-later
# A root that went through a cpio archive, as an initramfs does, with its state and without.
. "$LIB/copy.sh"
need cpio
made_root
(cd root && find . -depth | cpio --quiet -o -H newc) >root.cpio
for name in with without; do
	mkdir $name
	(cd $name && cpio --quiet -idm) <root.cpio
done
same_with_state with
renewed without
same_without_state without
