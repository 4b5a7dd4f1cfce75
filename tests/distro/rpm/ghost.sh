#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package lists bytecode as %ghost: it does not bring it, and has it removed when it goes.
. "${0%/*}/../rpm.sh"
with_pycsync

stage lib
module lib/__init__.py 'value = 1'
module lib/mod.py 'value = 1'
# ghosts: the lines of %files, for both levels, as packages once had them.
ghosts() {
	mkdir -p "$staged/$site/lib/__pycache__"
	for m in __init__ mod; do
		for level in '' .opt-1; do
			: >"$staged/$site/lib/__pycache__/$m.cpython-311$level.pyc"
			echo "%ghost /$site/lib/__pycache__/$m.cpython-311$level.pyc"
		done
	done
	printf '%s\n' "%dir /$site" "%dir /$site/lib" "/$site/lib/*.py" "%dir /$site/lib/__pycache__"
}
ghosts | list_files
package lib 1
module lib/__init__.py 'value = 2'
module lib/mod.py 'value = 2'
ghosts | list_files
package lib 2
library other 1 other.py

install other-1 lib-1
agree
imports other lib.mod
install lib-2
agree
imports lib.mod
(cd / && "$python" -B -c 'import lib; assert lib.value == 2') || fail "the old code was imported"
remove lib
agree
gone "$site/lib"
