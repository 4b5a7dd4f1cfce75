#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync is removed, alone and with libraries: what it made goes, all other bytecode stays, whoever
# made it. Its purge leaves nothing at all.
. "${0%/*}/../dpkg.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
library foreign 1 foreign/__init__.py foreign/rewritten.py
library going 1 going/__init__.py going/deep/__init__.py
stage debian-1
module debian/__init__.py
python_scripts debian
package debian 1
stage shipped-1
module shipped.py
(cd "$staged" && "$python" -I -S -m py_compile "$site/shipped.py")
package shipped 1

install lib-1 shipped-1 debian-1 foreign-1 going-1
agree
if hooked; then
	there "$site/lib/__pycache__/mod.cpython-311.pyc"
	(cd / && "$python" -O -c 'import foreign')
	"$python" -I -S -m compileall -q -f "/$site/foreign/rewritten.py"
fi
caches "/$site" /usr/lib/python3.11 | grep -e shipped -e debian -e foreign.*opt-1 -e rewritten.cpython-311 >/t/before

run dpkg -r pycsync going
database
gone "$site/lib/__pycache__" usr/bin/pycsync usr/lib/pycsync "$site/going" var/lib/pycsync
if hooked; then
	caches "/$site" /usr/lib/python3.11 | grep -v ^/usr/lib/python3.11 >/t/after
	diff /t/before /t/after || fail "other caches are left than those of others"
	[ -z "$(find /usr/lib/python3.11 "/$site" -newer /t/in/pycsync-1.deb -type d -empty)" ] ||
		fail "empty directories are left"
fi

# The other way round: dpkg leaves the library's directories before pycsync is asked.
must dpkg -i /t/in/pycsync-1.deb
install going-1
agree
run dpkg -r going pycsync
database
gone "$site/going" "$site/lib/__pycache__"

# The system goes on without it, and it can come back.
remove lib
must dpkg -i /t/in/pycsync-1.deb
agree
there "$site/foreign/__pycache__/__init__.cpython-311.pyc"
run dpkg -P pycsync
[ "$rc" = 0 ] || fail "dpkg -P: status $rc"
gone var/lib/pycsync etc/pycsync usr/share/doc/pycsync
database
