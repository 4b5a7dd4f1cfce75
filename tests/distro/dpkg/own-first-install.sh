#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync comes to a system that has run without it: everything real that is there is compiled,
# stale and orphaned caches included. Then again with another package, in either order.
# slow
. "${0%/*}/../dpkg.sh"
configure

# Of the standard library, that of which tests are broken on purpose and nothing else is to be seen.
rm -rf /usr/lib/python3.11/test /usr/lib/python3.11/lib2to3 /usr/lib/python3.11/idlelib
for name in yaml six.py pkg_resources wheel jwt requests urllib3; do
	[ ! -e "/t/real/$name" ] || cp -a "/t/real/$name" "/$site"
done
find "/$site" -name __pycache__ -prune -exec rm -r '{}' +
find "/$site" -type d -empty -delete
library lib 1 lib/__init__.py lib/stale.py lib/gone.py
library before 1 before.py
library aaa 1 aaa/__init__.py
library zzz 1 zzz/__init__.py
install lib-1
"$python" -I -S -m compileall -q "/$site/lib"
touch -d @1600000000 "/$site/lib/stale.py"
rm "/$site/lib/gone.py"
rm -r /usr/lib/python3.11/json/__pycache__ /usr/lib/python3.11/__pycache__/ast.*

must dpkg -i /t/in/pycsync-1.deb
bytecode "/$site" /usr/lib/python3.11
run dpkg -P pycsync
rm -r "/${site:?}"
install lib-1

must dpkg -i /t/zzz-1.deb /t/in/pycsync-1.deb /t/aaa-1.deb
agree
imports aaa zzz
# As apt does it: unpacked one by one, configured at the end.
run dpkg -P pycsync
midway dpkg --no-triggers --unpack /t/in/pycsync-2.deb
midway dpkg --no-triggers --unpack /t/before-1.deb
must dpkg --configure -a
agree
imports before aaa zzz
