#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Maintainer scripts of a library fail at each of the points where they can: what is on disk then has
# right bytecode, and what repairs the package leaves it right.
. "${0%/*}/../dpkg.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py lib/dropped.py

# failing VERSION SCRIPT: an edition in which that script fails when /t/fail is there.
failing() {
	stage "lib-$1"
	module lib/__init__.py "value = $1"
	module lib/mod.py "value = $1"
	module "lib/added_in_$1.py"
	script "$2" '[ ! -e /t/fail ]'
	package lib "$1"
}
failing 2 preinst
failing 3 postinst
failing 4 prerm
stage lib-5
module lib/__init__.py
script prerm :
package lib 5

# fails COMMAND...: a transaction that must not succeed.
fails() {
	transact "$@"
	[ "$rc" = 1 ] || fail "$*: status $rc"
	bytecode
}

install lib-1
agree
touch /t/fail
fails dpkg -i /t/lib-2.deb
agree
imports lib.dropped

fails dpkg -i /t/lib-3.deb
imports lib.added_in_3
gone "$site/lib/__pycache__/dropped.cpython-311.pyc"
rm /t/fail
must dpkg --configure -a
agree

install lib-4
agree
touch /t/fail
fails dpkg -r lib
imports lib.added_in_4
fails dpkg -r lib
# A script of the new edition is asked instead of a prerm that fails in the old one.
install lib-5
agree
gone "$site/lib/__pycache__/added_in_4.cpython-311.pyc"

# One package of several fails; those that came with it are served.
library good 1 good.py
rm /t/fail
install lib-3
touch /t/fail
fails dpkg -i /t/lib-3.deb /t/good-1.deb
imports good lib.added_in_3
fails dpkg --configure -a
rm /t/fail
must dpkg --configure -a
agree
purge lib good
agree
gone "$site"
