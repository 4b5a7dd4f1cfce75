#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Modes and owners of the sources, from the package or from dpkg-statoverride; and a module that is
# diverted to another name.
. "${0%/*}/../dpkg.sh"
with_pycsync

stage lib-1
module lib/__init__.py
module lib/private.py
module lib/mine.py
chmod 0600 "$staged/$site/lib/private.py"
package lib 1
library lib 2 lib/__init__.py lib/private.py lib/mine.py
library divert 1 lib/diverted.py
library other 1 lib/diverted.py

must dpkg-statoverride --add daemon daemon 0640 "/$site/lib/mine.py"
install lib-1
agree
install lib-2
agree

must dpkg-divert --package other --rename --divert "/$site/lib/was_diverted.py" --add \
	"/$site/lib/diverted.py"
install divert-1
agree
imports lib.was_diverted
install other-1
agree
imports lib.diverted lib.was_diverted
remove other
must dpkg-divert --package other --rename --remove "/$site/lib/diverted.py"
# dpkg says nothing of what it renamed, until the next transaction.
install lib-1
agree
imports lib.diverted
gone "$site/lib/__pycache__/was_diverted.cpython-311.pyc"
