#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same package once more: over itself, over damaged files, and over lost caches.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py lib/lost.py
install lib-1
agree
install lib-1
agree

echo 'value = "damaged"' >"/$site/lib/mod.py"
rm -f "/$site/lib/__pycache__/lost.cpython-311.pyc"
install lib-1
agree
imports lib.mod lib.lost
