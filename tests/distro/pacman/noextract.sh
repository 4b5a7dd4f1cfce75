#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Files that pacman is told not to extract, from the first installation on or from an upgrade on.
. "${0%/*}/../pacman.sh"
with_pycsync

library lib 1 lib/__init__.py lib/tests/__init__.py lib/tests/mod.py
library lib 2 lib/__init__.py lib/tests/__init__.py lib/tests/mod.py
configure "NoExtract = $site/lib/tests/*"
install lib-1
agree
gone "$site/lib/tests/__pycache__" "$site/lib/tests/mod.py"

configure
install lib-1
agree
there "$site/lib/tests/__pycache__/mod.cpython-311.pyc"
configure "NoExtract = $site/lib/tests/*"
install lib-2
agree
gone "$site/lib/tests/__pycache__" "$site/lib/tests/mod.py"
remove lib
gone "$site/lib"
