# SPDX-License-Identifier: LGPL-2.1-or-later
# A part of the campaign of tests/content: proofs by content beside writers, under faults and kills.
# slow
. "$LIB/case.sh"
need_root
need gcc
need unshare
not_with_asan "it has an allocator of its own"

# In memory: a disk under load would make minutes of it.
mkdir work
mount -t tmpfs work work || skip "nothing can be mounted"
trap 'umount work' EXIT
"$LIB/../content/run" --proofs 3000 --dir "$T/work" >out 2>&1 || fail "a pyc that compiling would not have made"
grep -q '^content: [1-9][0-9]* restamped, [1-9][0-9]* from the store' out || fail "$(tail -n 1 out)"
