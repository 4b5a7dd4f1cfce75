#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Modules that do not compile: named once each, the rest is done, and no package fails for it. Once
# they did compile, nothing of that may be left.
. "${0%/*}/../dpkg.sh"
with_pycsync

library lib 1 good.py broken.py nul.py cookie.py
stage lib-2
module good.py 'value = "good"'
module broken.py 'def broken(:'
module nul.py && printf 'a = 1\0\n' >"$staged/$site/nul.py" && touch -d "@$clock" "$staged/$site/nul.py"
module cookie.py '# -*- coding: no-such-encoding -*-'
package lib 2
library lib 3 good.py broken.py nul.py cookie.py
library other 1 other.py

install lib-1
agree
install lib-2
agree
for name in broken nul cookie; do
	said 1 "/$site/$name.py"
done
said 0 good.py
imports good
install other-1
agree
install lib-3
agree
said 0 broken.py
install lib-2
agree
remove lib
agree
gone "$site/__pycache__/broken.cpython-311.pyc"
