#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A hook of someone else stops the transaction: what stays installed keeps its bytecode.
. "${0%/*}/../pacman.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py lib/dropped.py
library lib 2 lib/__init__.py lib/mod.py
install lib-1
agree

mkdir -p /etc/pacman.d/hooks
cat >/etc/pacman.d/hooks/50-no.hook <<EOF
[Trigger]
Type = Package
Operation = Upgrade
Operation = Remove
Target = lib
[Action]
When = PreTransaction
Exec = /bin/false
AbortOnFail
EOF
transact -R lib
[ "$rc" = 1 ] || fail "pacman -R: status $rc"
agree
transact -U /t/lib-2.pkg.tar
[ "$rc" = 1 ] || fail "pacman -U: status $rc"
agree
imports lib.mod lib.dropped
