#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# An interpreter whose library and executable come and go in transactions without a single module:
# the hook watches them as well, or nobody would notice.
. "${0%/*}/../pacman.sh"
. "${0%/*}/../interpreters.sh"
need_interpreters 3.13
with_pycsync

stage python313-1 && interpreter 3.13
mkdir -p /t/stdlib-1/usr/lib
mv "$staged/usr/lib/python3.13" /t/stdlib-1/usr/lib
package python313 1
stage stdlib-1 && package stdlib 1
library shared 1 shared/__init__.py shared/mod.py
without_python 3.13
install stdlib-1 shared-1
no_caches 3.13

install python313-1
starts 3.13
agree
python=/usr/bin/python3.13
agree "/$site" /usr/lib/python3.13
install python313-1
said 0 compiled
remove python313
no_caches 3.13
intact
python=/usr/bin/python3.11
agree
