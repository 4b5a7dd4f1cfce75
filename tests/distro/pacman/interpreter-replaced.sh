#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# libpython is replaced by another build of the same version, in the transaction that upgrades
# libraries, before and after it: the worker that runs afterwards is the new one, what changed is
# compiled, what did not change is not.
. "${0%/*}/../pacman.sh"
. "${0%/*}/../interpreters.sh"
need_interpreters 3.13
configure
python=/usr/bin/python3.13

stage python-1 && interpreter 3.13 && package python 1
stage python-2 && cp -a /t/python-1/. "$staged" && rm "$staged"/.[A-Z]*
# Another file with other bytes; no reader looks behind the sections.
echo 'another build' >>"$staged/usr/lib/libpython3.13.so.1.0"
package python 2
for v in 1 2; do
	library aaa $v aaa/__init__.py aaa/mod.py
	library zzz $v zzz/__init__.py zzz/mod.py
done
library other 1 other.py
without_python
install python-1 aaa-1 zzz-1 other-1
starts 3.13
run_pacman -U /t/in/pycsync-1.pkg.tar
agree "/$site" /usr/lib/python3.13
caches | grep other >/t/before

install aaa-2 python-2 zzz-2
starts 3.13
said 0 warning
agree "/$site" /usr/lib/python3.13
imports aaa.mod zzz.mod other
caches | grep other >/t/after
cmp /t/before /t/after || fail "caches of another package were made anew"
intact
install zzz-1 python-1 aaa-1
agree "/$site" /usr/lib/python3.13
intact
