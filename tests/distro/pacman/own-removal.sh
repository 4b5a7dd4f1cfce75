#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync is removed: what it made goes, and nothing else. What was there before it, what Python
# wrote or wrote anew, what packages brought and what is no bytecode stays, to the inode.
. "${0%/*}/../pacman.sh"
configure

library before 1 before.py
library lib 1 lib/__init__.py lib/mod.py lib/rewritten.py
stage shipped-1
module shipped.py
(cd "$staged" && "$python" -I -S -m py_compile "$site/shipped.py")
package shipped 1

# by_python MODULE...: imported by an interpreter that writes what it compiles.
by_python() {
	hooked || return 0
	for _m; do
		(cd / && PYTHONPATH=/$site "$python" -S -c "import $_m") || fail "import $_m"
	done
}

install before-1
by_python before
caches "/$site" /usr/lib/python3.11 >/t/before
run_pacman -U /t/in/pycsync-1.pkg.tar
install lib-1 shipped-1
agree
there "$site/lib/__pycache__/mod.cpython-311.pyc"
touch -d @1600000000 "/$site/lib/rewritten.py"
if hooked; then
	by_python lib.rewritten
	(cd / && PYTHONPATH=/$site "$python" -S -O -c 'import lib.mod')
	echo 'no bytecode' >"/$site/lib/__pycache__/mod.cpython-311.opt-2.pyc"
	echo 'my notes' >"/$site/lib/__pycache__/notes.txt"
fi
caches "/$site" /usr/lib/python3.11 | grep -e rewritten.cpython-311 -e opt- -e shipped | sort - /t/before >/t/want

remove pycsync
gone "$site/lib/__pycache__/mod.cpython-311.pyc" usr/bin/pycsync usr/lib/pycsync var/lib/pycsync \
	usr/share/libalpm/hooks/*pycsync*
there "$site/lib/__pycache__/notes.txt"
caches "/$site" /usr/lib/python3.11 | sort -u >/t/have
if hooked; then
	sort -u /t/want | diff - /t/have || fail "more or less went than it made"
fi
intact shipped

# The system goes on without it, and it can come back.
hooked && rm -r "/${site:?}/lib/__pycache__"
remove lib
transact -U /t/in/pycsync-1.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U: status $rc"
agree
