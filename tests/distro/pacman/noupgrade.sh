#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A module that the administrator has changed and pacman keeps: his version is what is compiled.
. "${0%/*}/../pacman.sh"
with_pycsync

library lib 1 lib/__init__.py lib/settings.py
library lib 2 lib/__init__.py lib/settings.py
configure "NoUpgrade = $site/lib/settings.py"
install lib-1
agree
echo 'value = "mine"' >"/$site/lib/settings.py"
touch -d @1690000000 "/$site/lib/settings.py"
install lib-2
[ -e "/$site/lib/settings.py.pacnew" ] || fail "the test itself is wrong: no .pacnew"
agree
imports lib.settings
