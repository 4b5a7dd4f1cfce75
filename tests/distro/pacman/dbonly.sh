#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# --dbonly runs the hooks although not a file changes: what is on disk stays right.
. "${0%/*}/../pacman.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
library lib 2 lib/__init__.py lib/mod.py lib/added.py
install lib-1
agree
caches >/t/before
transact -U --dbonly /t/lib-2.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U --dbonly: status $rc"
agree
caches >/t/after
cmp /t/before /t/after || fail "fresh caches were made anew"
transact -R --dbonly lib
[ "$rc" = 0 ] || fail "pacman -R --dbonly: status $rc"
agree
there "$site/lib/mod.py"
imports lib.mod
