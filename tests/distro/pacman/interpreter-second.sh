#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A second interpreter is installed: what both share gets its bytecode too, its own tree as well,
# and nothing that the first one has is touched. It is removed again: only its own goes.
. "${0%/*}/../pacman.sh"
. "${0%/*}/../interpreters.sh"
need_interpreters 3.13
with_pycsync

stage python313-1 && interpreter 3.13 && package python313 1
library shared 1 shared/__init__.py shared/mod.py
library with 1 with_it.py
stage only-1 && put usr/lib/python3.13/site-packages/only.py && package only 1
without_python 3.13
install shared-1
agree
caches "/$site/shared" >/t/before

# first OLD...: the first interpreter's caches are those that they were.
first() {
	caches "/$site/shared" | grep cpython-311 >/t/after
	! hooked || cmp /t/before /t/after || fail "caches of the first interpreter were made anew"
}

install python313-1 with-1 only-1
starts 3.13
said 0 warning
agree
first
python=/usr/bin/python3.13
agree "/$site" /usr/lib/python3.13
imports shared.mod with_it
intact

# Gone, while a package of its tree stays.
python=/usr/bin/python3.11
remove python313
agree
first
no_caches 3.13
there usr/lib/python3.13/site-packages/only.py
gone usr/lib/python3.13/site-packages/__pycache__ usr/lib/python3.13/os.py usr/lib/python3.13/json
no_leftovers "/$site" /usr/lib/python3.13
intact
remove only
gone usr/lib/python3.13
