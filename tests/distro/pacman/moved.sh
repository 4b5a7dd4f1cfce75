#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A module moves from one package to another within one transaction, and back.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

library a 1 a.py shared/moved.py
library b 1 b.py
library a 2 a.py
library b 2 b.py shared/moved.py
install a-1 b-1
agree
install a-2 b-2
agree
imports shared.moved
install a-1 b-1
agree
imports shared.moved
remove a
agree
gone "$site/shared"
