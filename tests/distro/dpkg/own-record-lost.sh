#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The record of what pycsync made is lost, or it was never kept: its removal leaves caches, and takes none
# that is another's. Other runs do not notice.
. "${0%/*}/../dpkg.sh"
with_pycsync

library lib 1 lib/__init__.py
library other 1 other.py
install lib-1
hooked && rm -rf /var/lib/pycsync/*
install other-1
agree
run dpkg -r pycsync
[ "$rc" = 0 ] || fail "dpkg -r: status $rc"
there "$site/lib/__pycache__/__init__.cpython-311.pyc"
gone "$site/__pycache__"
database
