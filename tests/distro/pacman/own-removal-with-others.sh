#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync goes in one transaction with other packages; a further one stays.
. "${0%/*}/../pacman.sh"
with_pycsync

library aaa 1 aaa/__init__.py aaa/mod.py
library zzz 1 zzz/__init__.py zzz/mod.py
library stays 1 stays/__init__.py
install aaa-1 zzz-1 stays-1
agree
remove pycsync zzz aaa
gone "$site/aaa" "$site/zzz" "$site/stays/__pycache__"
there "$site/stays/__init__.py"
