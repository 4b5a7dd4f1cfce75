#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package begins to bring its own bytecode. Where the hook has compiled it before, pacman
# refuses the upgrade before any hook runs ("exists in filesystem"): a limit that is known. It
# must be a clean refusal, --overwrite must help, and from then on the bytecode is the package's.
. "${0%/*}/../pacman.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
library other 1 other.py
install lib-1 other-1
agree

stage lib-2
module lib/__init__.py 'value = "2"'
module lib/mod.py 'value = "2"'
(cd "$staged" && "$python" -I -S -m py_compile "$site/lib/__init__.py" "$site/lib/mod.py")
package lib 2
if hooked; then
	caches >/t/before
	run_pacman -U /t/lib-2.pkg.tar
	[ "$rc" = 1 ] || fail "pacman -U: status $rc"
	said 2 'exists in filesystem'
	caches >/t/after
	cmp /t/before /t/after || fail "a refused transaction changed caches"
	agree
fi
transact -U --overwrite '*/__pycache__/*' /t/lib-2.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U --overwrite: status $rc"
run_pacman -Qkk lib
grep -q ', 0 altered files' "$log" || fail "altered files"
(cd "$staged" && find "$site/lib" -type f -exec cmp '{}' '/{}' ';') | grep . && fail "not what the package brought"
agree

# And it ends to do so.
library lib 3 lib/__init__.py lib/mod.py
install lib-3
agree
imports lib.mod
remove lib
gone "$site/lib"
agree
