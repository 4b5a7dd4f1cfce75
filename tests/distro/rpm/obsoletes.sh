#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package takes the place of another one, which goes in the same transaction.
. "${0%/*}/../rpm.sh"
with_pycsync

library old 1 lib/__init__.py lib/common.py lib/only_old.py lib/oldpart/mod.py gone.py
stage new-2
module lib/__init__.py 'value = "new"'
module lib/common.py 'value = "new"'
module lib/only_new.py
package new 2 'Obsoletes: old < 2' 'Provides: old = 2'
install old-1
agree
transact -U /t/new-2.rpm
must_succeed
rpm -q old && fail "not replaced"
agree
imports lib.common lib.only_new
gone "$site/lib/__pycache__/only_old.cpython-311.pyc" "$site/lib/oldpart" "$site/__pycache__"
remove new
agree
gone "$site/lib"
