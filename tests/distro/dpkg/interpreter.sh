#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Interpreters come and go, each in one transaction: 3.13 beside 3.11, then instead of it, and back. All
# trees are served, and no cache of one that is gone is left.
# slow
. "${0%/*}/../dpkg.sh"
. "$distro/interpreters.sh"

need_interpreters 3.11 3.13
multiarch=$(dpkg --print-architecture)
multiarch=$(dpkg-architecture -a"$multiarch" -q DEB_HOST_MULTIARCH 2>/dev/null) || skip "no dpkg-architecture"
configure

# python_package 3.X: as Debian lays it out, in one package.
python_package() {
	stage "python$1"
	interpreter "$1"
	mkdir -p "$staged/usr/lib/$multiarch"
	mv "$staged/usr/lib/libpython$1.so.1.0" "$staged/usr/lib/$multiarch"
	rm -r "$staged/usr/lib/python$1/site-packages"
	package "python$1" 1 "Provides: python-any"
}
python_package 3.11
python_package 3.13
for v in 1 2; do
	stage lib-$v
	module lib/__init__.py "value = 1_$v"
	module lib/mod.py "value = 2_$v"
	module "lib/only_in_$v.py"
	package lib $v 'Depends: python-any'
done
repository /t/lib-1.deb /t/lib-2.deb /t/python3.11-1.deb /t/python3.13-1.deb
rm -rf /usr/bin/python3 /usr/local/bin/python3* /usr/bin/pypy3*
without_python

# served 3.X [DIR]...: all trees of it are right; of the standard library these parts ("": all of it).
served() {
	_v=$1
	python=/usr/bin/python$1
	"$python" -I -S -B -c 'import os; assert os.__file__.startswith("/usr/lib/python3."), os.__file__' ||
		fail "the test itself is wrong: $python does not start from /usr/lib"
	shift
	[ $# -gt 0 ] || set -- email importlib json
	for _d; do
		set -- "$@" "/usr/lib/python$_v${_d:+/$_d}"
		shift
	done
	agree "/$site" "$@"
	has_caches "$_v" "/$site/lib" "/usr/lib/python$_v"
}

install python3.11-1 lib-1
must dpkg -i /t/in/pycsync-1.deb
served 3.11
imports lib.mod

# A second one comes.
install python3.13-1
served 3.11
served 3.13 ""
imports lib.mod

# It goes, and a library changes in the same transaction.
must apt-get install lib=2-1 python3.13-
no_caches 3.13
served 3.11
imports lib.only_in_2
gone usr/lib/python3.13

# One in the place of the other, with a library in another edition: nothing else is done.
must apt-get install python3.13 lib=1-1 python3.11-
no_caches 3.11
served 3.13
imports lib.only_in_1
gone usr/lib/python3.11

# A library alone, and the interpreter over itself.
install lib-2
served 3.13
install python3.13-1
served 3.13

# Back, while pycsync is being upgraded, and triggers are put off.
midway dpkg --no-triggers -i /t/python3.11-1.deb
midway dpkg --no-triggers -r --force-depends python3.13
run dpkg -i /t/in/pycsync-2.deb
no_caches 3.13
served 3.11
gone usr/lib/python3.13

# The administrator keeps the caches of one that goes.
install python3.13-1
hooked && mkdir -p /etc/pycsync && printf 'version: 1\nkeep-caches: [3.13]\n' >/etc/pycsync/policy.yaml
must apt-get remove python3.13
has_caches 3.13 "/$site/lib"
