# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that takes more memory than policy allows costs one file.
. "$LIB/case.sh"
! grep -q __asan_init "$PYCSYNC" || skip "AddressSanitizer itself needs terabytes of address space"

policy <<-END
	version: 1
	defaults:
	  limits: {memory: 128MiB}
END
bulk t 4
{ printf 'x = [' && head -c 400000 /dev/zero | sed 's/\x0/a,/g' && echo ']'; } >t/large.py
run 1 --policy policy.yaml --json t
once "$T/t/large.py: MemoryError: the policy's limits.memory is 128 MiB"
totals compiled=4 failed=1
check --except "$T/t/large.py" t
