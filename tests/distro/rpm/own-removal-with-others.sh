#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync goes in one transaction with other packages, whichever rpm takes first; a further one stays.
. "${0%/*}/../rpm.sh"

library aaa 1 aaa/__init__.py aaa/sub/mod.py
library zzz 1 zzz/__init__.py zzz/sub/mod.py
library stays 1 stays/__init__.py
for order in 'pycsync zzz aaa' 'aaa zzz pycsync' 'aaa pycsync zzz'; do
	with_pycsync
	install aaa-1 zzz-1 stays-1
	agree
	# shellcheck disable=SC2086 # a list of words
	transact -e $order
	must_succeed
	database
	gone "$site/aaa" "$site/zzz" "$site/stays/__pycache__" var/lib/pycsync
	there "$site/stays/__init__.py"
done

# rpm erases what needs pycsync before it, and what pycsync needs after it.
stage needs-1
module needs/mod.py
package needs 1 'Requires: pycsync'
with_pycsync
install needs-1
agree
transact -e pycsync needs
must_succeed
gone "$site/needs"
