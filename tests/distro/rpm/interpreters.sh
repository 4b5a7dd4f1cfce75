#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Python 3.11 becomes 3.13 in one transaction, with a library that changes and one that does not; the
# library of the interpreter is replaced in the middle of a transaction; 3.11 comes back beside 3.13, and
# then one of them goes, and the other. Nobody does anything by hand.
# slow
. "${0%/*}/../rpm.sh"
# shellcheck source=../interpreters.sh
. "$distro/interpreters.sh"
need_interpreters 3.11 3.13

shared='usr usr/bin usr/lib usr/lib64 usr/lib/python3 usr/share'
stage python311 && interpreter 3.11 && package python 3.11 && package python3.11 1
stage python313 && interpreter 3.13 && package python 3.13
library lib 1 lib/__init__.py lib/sub/mod.py
library lib 2 lib/__init__.py lib/sub/mod.py
library stays 1 stays/__init__.py stays/mod.py

# right VERSION: all agrees, as this one sees it, and it imports from its caches.
right() {
	python=/usr/bin/python$1
	starts "$1"
	agree "/$site" "/usr/lib/python$1"
	imports lib.sub.mod stays.mod
}

without_python
install python-3.11 lib-1 stays-1
with_pycsync
right 3.11

install python-3.13 lib-2
right 3.13
no_caches 3.11
gone usr/lib/python3.11

# Its own files anew, and a library with them.
install python-3.13 lib-1
right 3.13

# A second one.
install python3.11-1
right 3.11
right 3.13

remove python
right 3.11
no_caches 3.13
gone usr/lib/python3.13

remove python3.11
no_caches 3.11
gone usr/lib/python3.11
