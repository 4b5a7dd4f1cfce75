#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package goes back to an earlier version: older files than those that were compiled.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

library lib 1 lib/__init__.py lib/first.py lib/both.py
library lib 2 lib/__init__.py lib/second.py lib/both.py

install lib-2
agree
install lib-1
agree
imports lib.first lib.both
gone "$site/lib/__pycache__/second.cpython-311.pyc"
install lib-2
agree
