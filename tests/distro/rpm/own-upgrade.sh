#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync itself is upgraded, reinstalled and downgraded: nothing is compiled anew for that.
. "${0%/*}/../rpm.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
library lib 2 lib/__init__.py lib/mod.py
library other 1 other/__init__.py other/mod.py
install lib-1 other-1
agree
caches "/$site" /usr/lib/python3.11 >/t/before
[ -s /t/before ] || ! hooked || fail "the test itself is wrong: no caches"
for v in 2 2 1; do
	transact -U --oldpackage --replacepkgs "/t/in/pycsync-$v.rpm"
	must_succeed
	caches "/$site" /usr/lib/python3.11 >/t/after
	cmp /t/before /t/after || fail "caches were made anew"
	agree
done

# Together with a package that comes, one that changes and one that goes.
stage new-1
module new/__init__.py
module other2.py
package new 1 'Obsoletes: other'
transact -U /t/in/pycsync-2.rpm /t/lib-2.rpm /t/new-1.rpm
must_succeed
agree
imports lib.mod new
gone "$site/other"
remove lib
agree
gone "$site/lib"
