#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Triggers are put off, as apt does it, or the run ends before them: the next run that configures
# what is pending makes all of it right.
. "${0%/*}/../dpkg.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
library lib 2 lib/__init__.py lib/added.py
library other 1 other.py
install other-1

midway dpkg --no-triggers -i /t/lib-1.deb
gone "$site/lib/__pycache__"
must dpkg --configure -a
agree
imports lib.mod

midway dpkg --no-triggers -i /t/lib-2.deb
midway dpkg --no-triggers -r other
must dpkg --configure --pending
agree
imports lib.added
gone "$site/__pycache__" "$site/lib/__pycache__/mod.cpython-311.pyc"

midway dpkg --no-triggers -r lib
must dpkg --triggers-only -a
agree
gone "$site"

# While triggers are pending for it, pycsync is upgraded.
midway dpkg --no-triggers -i /t/lib-1.deb
run dpkg -i /t/in/pycsync-2.deb
agree
imports lib.mod
midway dpkg --no-triggers --unpack /t/lib-2.deb
run dpkg --configure pycsync
must dpkg --configure -a
agree
imports lib.added
