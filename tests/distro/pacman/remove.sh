#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A removed package leaves neither caches nor directories, whoever wrote the caches.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

library lib 1 lib/__init__.py lib/sub/__init__.py lib/sub/deep.py single.py
library stays 1 stays.py
install lib-1 stays-1
agree
if hooked; then
	# Python itself wrote some, for another level and for an interpreter that is not there.
	(cd / && "$python" -O -c 'import lib.sub.deep, single')
	there "$site/lib/sub/__pycache__/deep.cpython-311.opt-1.pyc"
	cp "/$site/__pycache__/single.cpython-311.pyc" "/$site/__pycache__/single.cpython-312.pyc"
fi
remove lib
agree
gone "$site/lib" "$site/__pycache__/single.cpython-312.pyc"
there "$site/__pycache__/stays.cpython-311.pyc"

remove stays
agree
gone "$site"
