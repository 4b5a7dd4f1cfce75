#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync comes to a system that has run without it: every package that is there is compiled, stale and
# orphaned caches of them included. rpm runs the trigger with a list of all that it knows.
# slow
. "${0%/*}/../rpm.sh"

stage real-1
mkdir -p "$staged/$site"
cp -aL /t/real/. "$staged/$site"
find "$staged/$site" -name __pycache__ -prune -exec rm -r '{}' +
find "$staged/$site" -type d -empty -delete
package real 1
library lib 1 lib/__init__.py lib/stale.py lib/gone.py
library lib 2 lib/__init__.py lib/stale.py
install real-1 lib-1
"$python" -I -S -m compileall -q "/$site/lib"
install lib-2

own 1
said 0 error
agree
imports lib.stale
gone "$site/lib/__pycache__/gone.cpython-311.pyc"
