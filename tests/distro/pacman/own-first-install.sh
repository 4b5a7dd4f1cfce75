#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync comes to a system that has run without it: everything real that is there is compiled,
# stale and orphaned caches included.
# slow
. "${0%/*}/../pacman.sh"
configure

cp -a /t/real/. "/$site"
find "/$site" -name __pycache__ -prune -exec rm -r '{}' +
find "/$site" -type d -empty -delete
library lib 1 lib/__init__.py lib/stale.py lib/gone.py
install lib-1
"$python" -I -S -m compileall -q "/$site/lib"
touch -d @1600000000 "/$site/lib/stale.py"
rm "/$site/lib/gone.py"
rm -r /usr/lib/python3.11/json/__pycache__ /usr/lib/python3.11/__pycache__/ast.*

transact -U /t/in/pycsync-1.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U: status $rc"
agree "/$site" /usr/lib/python3.11
