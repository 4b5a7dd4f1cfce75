#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync and other packages come in one transaction, to a system that has a third one.
. "${0%/*}/../rpm.sh"

library before 1 before.py
library aaa 1 aaa/__init__.py
library zzz 1 zzz/__init__.py
install before-1
transact -U /t/in/pycsync-1.rpm /t/./././././aaa-1.rpm /t/./././././zzz-1.rpm # see install()
must_succeed
agree
imports before aaa zzz

# And it goes while another comes.
library late 1 late.py
stage pycsync-gone
put usr/share/gone
package gone 1 'Obsoletes: pycsync'
transact -U /t/./././././gone-1.rpm /t/./././././late-1.rpm
must_succeed
rpm -q pycsync && fail "it is still there"
[ -z "$(caches)" ] || ! hooked || fail "left behind: $(caches)"
