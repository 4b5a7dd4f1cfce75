#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync is removed: what it made goes, what packages or others made stays, and it can come back.
. "${0%/*}/../rpm.sh"
caches /usr/lib/python3.11 >/t/system
with_pycsync
# What it left as it was; some it may have found wrong, and made anew.
caches /usr/lib/python3.11 | comm -12 /t/system - >/t/theirs

library lib 1 lib/__init__.py lib/mod.py
library theirs 1 theirs/__init__.py theirs/mod.py
stage shipped-1
module shipped.py
(cd "$staged" && "$python" -I -S -m py_compile "$site/shipped.py")
package shipped 1
install lib-1 shipped-1
agree
there "$site/lib/__pycache__/mod.cpython-311.pyc"
# Caches that somebody else made: for another level, and of a package that came without triggers.
transact -U --notriggers /t/theirs-1.rpm
"$python" -B -I -S -O -m py_compile "/$site/lib/mod.py"
"$python" -B -I -S -m py_compile "/$site/theirs/mod.py"

transact -e pycsync
must_succeed
database
gone "$site/lib/__pycache__/mod.cpython-311.pyc" usr/bin/pycsync usr/lib/pycsync usr/share/doc/pycsync var/lib/pycsync
there "$site/theirs/__pycache__/mod.cpython-311.pyc" "$site/lib/__pycache__/mod.cpython-311.opt-1.pyc"
caches /usr/lib/python3.11 | diff /t/theirs - || fail "caches of others are not what they were"

# The system goes on without it, and it can come back.
remove lib
rm -rf "/${site:?}/lib"
own 1
agree
