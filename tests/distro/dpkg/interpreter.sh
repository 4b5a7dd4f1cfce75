#!/bin/sh
# Interpreters come and go, each in one transaction: 3.13 beside 3.11, then instead of it, and back. All
# trees are served, and no cache of one that is gone is left.
# slow
. "${0%/*}/../dpkg.sh"

from=
for d in /root/.pyenv/versions/3.13.*; do
	[ ! -e "$d/lib/libpython3.13.so.1.0" ] || from=$d
done
[ -n "$from" ] || skip "no shared 3.13 of pyenv to make a package of"
multiarch=$(gcc -print-multiarch) || skip "no gcc"
lib=usr/lib/$multiarch
configure

# interpreter VERSION EXECUTABLE LIBRARY STDLIB: a package of it, with what it needs to import and no more.
interpreter() {
	stage "python$1"
	mkdir -p "$staged/usr/bin" "$staged/$lib" "$staged/usr/lib/python$1"
	cp "$2" "$staged/usr/bin/python$1"
	cp -L "$3" "$staged/$lib/libpython$1.so.1.0"
	for _m in "$4"/*.py "$4"/lib-dynload "$4"/collections "$4"/encodings "$4"/importlib "$4"/json \
		"$4"/email "$4"/re "$4"/sysconfig "$4"/concurrent "$4"/logging "$4"/urllib "$4"/pathlib; do
		[ ! -e "$_m" ] || cp -RL "$_m" "$staged/usr/lib/python$1"
	done
	find "$staged" -depth -name __pycache__ -exec rm -r '{}' +
	package "python$1" 1 "$5" "Provides: python-any"
}
interpreter 3.13 "$from/bin/python3.13" "$from/lib/libpython3.13.so.1.0" "$from/lib/python3.13" 'Section: python'
interpreter 3.11 /usr/bin/python3.11 "/$lib/libpython3.11.so.1.0" /usr/lib/python3.11 'Section: python'
for v in 1 2; do
	stage lib-$v
	module lib/__init__.py "value = 1_$v"
	module lib/mod.py "value = 2_$v"
	module "lib/only_in_$v.py"
	package lib $v 'Depends: python-any'
done

# From here on, these packages are all there is of Python.
tar -C / -cf /t/python3.11.tar usr/bin/python3.11 usr/lib/python3.11
rm -rf /usr/lib/python3.11 /usr/bin/python3 /usr/bin/python3.* /usr/bin/pypy3* /usr/local/bin/python3* \
	"/$lib"/libpython3.* /usr/local/lib/libpython3*
mount -t tmpfs none /root/.pyenv || skip "pyenv's interpreters cannot be hidden"
# What judges must not depend on what is judged, so it stays 3.11 wherever it is.
mkdir /t/judge && tar -C /t/judge -xf /t/python3.11.tar

judge() {
	python=/usr/bin/python$1
	shift
	"$python" -c 'import sys, os; assert os.__file__.startswith("/usr/lib/python3."), os.__file__' ||
		fail "the test itself is wrong: $python does not run"
	agree "$@"
}

# no_caches TAG: not one of it is left.
no_caches() {
	hooked || return 0
	_left=$(find /usr/lib/python3* -name "*.$1.*" | head)
	[ -z "$_left" ] || fail "left: $_left"
}

must dpkg -i /t/python3.11-1.deb
must dpkg -i /t/lib-1.deb
must dpkg -i /t/in/pycsync-1.deb
judge 3.11 "/$site" /usr/lib/python3.11
imports lib.mod

# A second one comes.
must dpkg -i /t/python3.13-1.deb
judge 3.11 "/$site" /usr/lib/python3.11
judge 3.13 "/$site" /usr/lib/python3.13
imports lib.mod

# The second goes, with a library that changes in the same transaction.
repository /t/lib-1.deb /t/lib-2.deb /t/python3.11-1.deb /t/python3.13-1.deb
must apt-get install lib=2-1 python3.13-
no_caches cpython-313
judge 3.11 "/$site" /usr/lib/python3.11
imports lib.only_in_2
gone usr/lib/python3.13

# One in the place of the other, with a library in another edition.
must apt-get install python3.13 lib=1-1 python3.11-
no_caches cpython-311
judge 3.13 "/$site" /usr/lib/python3.13
imports lib.only_in_1
gone usr/lib/python3.11

# A library alone, and the interpreter reinstalled.
must dpkg -i /t/lib-2.deb
judge 3.13 "/$site" /usr/lib/python3.13
must dpkg -i /t/python3.13-1.deb
judge 3.13 "/$site" /usr/lib/python3.13

# All in one that pycsync itself is part of.
must apt-get install python3.11 python3.13- lib=1-1
run dpkg -i /t/in/pycsync-2.deb
no_caches cpython-313
judge 3.11 "/$site" /usr/lib/python3.11
run dpkg -r pycsync
no_caches cpython-311
database
