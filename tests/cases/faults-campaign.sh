# SPDX-License-Identifier: LGPL-2.1-or-later
# A part of the fault injection of tests/faults, chosen by chance with a fixed seed, so that the whole stays usable.
# slow
. "$LIB/case.sh"
need_root
need strace
need_64_bits
need gcc
not_with_asan "it has an allocator of its own, and looks for leaks"

got=0
"$LIB/../faults/run" -j 1 --sample 160 --damages 60 call/clean/ call/stage/ call/canonicalize/ kill/clean/ kill/alpm-pre/ \
	memory/clean memory/canonicalize worker/sync-soft/close state/other state/clean-made >out 2>err || got=$?
[ $got != 77 ] || skip "$(cat out)"
[ $got = 0 ] || fail "faults, or none were tried"
grep -q '^160 injections, 160 passed, 0 failed' out || fail "$(tail -n 1 out)"
