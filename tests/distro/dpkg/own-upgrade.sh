#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync itself is upgraded, reinstalled and downgraded: nothing is compiled anew for that. Together
# with a library: that one alone.
. "${0%/*}/../dpkg.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
library lib 2 lib/__init__.py lib/mod.py
library lib 3 lib/__init__.py
library other 1 other.py
install lib-1 other-1
agree
caches "/$site" /usr/lib/python3.11 >/t/before
for v in 2 2 1; do
	must dpkg -i /t/in/pycsync-$v.deb
	caches "/$site" /usr/lib/python3.11 >/t/after
	cmp /t/before /t/after || fail "caches were made anew"
	agree
done

must dpkg -i /t/in/pycsync-2.deb /t/lib-2.deb
agree
imports lib.mod
must dpkg -i /t/lib-3.deb /t/in/pycsync-1.deb
agree
imports lib
gone "$site/lib/__pycache__/mod.cpython-311.pyc"
caches "/$site" /usr/lib/python3.11 | grep -v "^/$site/lib/" >/t/after
grep -v "^/$site/lib/" /t/before | diff - /t/after || fail "caches were made anew"
