#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync itself is upgraded, reinstalled and downgraded: nothing is compiled anew for that.
. "${0%/*}/../pacman.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
library lib 2 lib/__init__.py lib/mod.py
install lib-1
agree
caches "/$site" /usr/lib/python3.11 >/t/before
for v in 2 2 1; do
	transact -U /t/in/pycsync-$v.pkg.tar
	[ "$rc" = 0 ] || fail "pacman -U: status $rc"
	caches "/$site" /usr/lib/python3.11 >/t/after
	cmp /t/before /t/after || fail "caches were made anew"
	agree
done

# Together with another package: old Pre hook, new Post hook.
transact -U /t/in/pycsync-2.pkg.tar /t/lib-2.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U: status $rc"
agree
imports lib.mod
