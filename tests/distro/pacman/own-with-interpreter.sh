#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync comes in one transaction with the only interpreter, and goes in one with it.
. "${0%/*}/../pacman.sh"
. "${0%/*}/../interpreters.sh"
need_interpreters 3.13
configure
python=/usr/bin/python3.13

stage python-1 && interpreter 3.13 && package python 1
library before 1 before.py
library lib 1 lib/__init__.py
without_python
install before-1
transact -U /t/in/pycsync-1.pkg.tar /t/python-1.pkg.tar /t/lib-1.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U: status $rc"
starts 3.13
agree "/$site" /usr/lib/python3.13
imports before lib
intact

remove pycsync python
no_caches 3.13
gone usr/lib/python3.13 usr/lib/pycsync var/lib/pycsync "$site/__pycache__" "$site/lib/__pycache__"
