#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync and another package come in one transaction, to a system that has a third one.
. "${0%/*}/../pacman.sh"
configure

library before 1 before.py
library aaa 1 aaa/__init__.py
library zzz 1 zzz/__init__.py
install before-1
transact -U /t/in/pycsync-1.pkg.tar /t/aaa-1.pkg.tar /t/zzz-1.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U: status $rc"
agree
imports before aaa zzz
