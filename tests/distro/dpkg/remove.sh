#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A removed package leaves neither caches nor directories, whoever wrote the caches; one that keeps
# its configuration can still be purged, or come back.
. "${0%/*}/../dpkg.sh"
with_pycsync

library single 1 single.py
library stays 1 stays.py
stage lib-1
module lib/__init__.py
module lib/sub/__init__.py
module lib/sub/deep.py
put etc/lib.conf 'setting = 1'
mkdir -p "$staged/DEBIAN" && echo /etc/lib.conf >"$staged/DEBIAN/conffiles"
package lib 1

install lib-1 single-1 stays-1
agree
if hooked; then
	# Python itself wrote some, for another level and for an interpreter that is not there.
	(cd / && "$python" -O -c 'import lib.sub.deep, single')
	there "$site/lib/sub/__pycache__/deep.cpython-311.opt-1.pyc"
	cp "/$site/__pycache__/single.cpython-311.pyc" "/$site/__pycache__/single.cpython-312.pyc"
fi
remove lib single
# Until the purge, dpkg lists directories of a removed package that were not empty.
bytecode
gone "$site/lib" "$site/__pycache__/single.cpython-312.pyc"
there "$site/__pycache__/stays.cpython-311.pyc" etc/lib.conf

install lib-1
agree
imports lib.sub.deep
remove lib
bytecode
purge lib
agree
gone "$site/lib" etc/lib.conf

# dpkg would remove these trees themselves, had it not found caches there.
purge stays single
agree
gone "$site"
