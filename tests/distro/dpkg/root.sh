#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Another root: with --root, dpkg changes into it for the scripts; with --force-script-chrootless it
# does not and says in DPKG_ROOT where it is. Nothing outside of the root changes.
. "${0%/*}/../dpkg.sh"
with_pycsync

# Little more than an interpreter, the shell, and what pycsync needs.
root=/t/root
mkdir -p $root/usr/bin $root/usr/sbin $root/usr/lib $root/usr/lib64 $root/tmp $root/dev $root/proc $root/t \
	$root/var/lib/dpkg/info $root/var/lib/dpkg/updates $root/var/lib/dpkg/triggers
for d in bin sbin lib lib64; do
	ln -s usr/$d $root/$d
done
for program in /bin/sh /usr/bin/python3.11 /bin/rm /usr/bin/pycsync \
	/usr/lib/pycsync/pycsync-worker; do
	ldd $program 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root${library%/*}" && cp -L "$library" "$root$library"
	done
	case $program in
	*pycsync*) ;;
	*) cp "$program" $root/usr/bin ;;
	esac
done
mkdir -p $root/usr/lib/python3.11
# The modules that the judge will need.
"$python" -I -S -B -X utf8 -c '
import functools, glob, importlib.machinery, importlib.util, json, marshal, os, re, runpy, stat, sys, types, warnings
files = {getattr(m, "__file__", None) for m in [*sys.modules.values()]} - {None}
print(*sorted(files), sep="\n")
' >/t/modules || fail "no list of modules"
grep '\.py$' /t/modules | tar -C / -cPf - -T - | tar -C $root -xf - || fail "modules cannot be copied"
mknod -m 666 $root/dev/null c 1 3
touch $root/var/lib/dpkg/status $root/var/lib/dpkg/available
chroot $root python3.11 -c 'import json' || skip "a small root cannot be made here"
find $root -name __pycache__ -exec rm -r '{}' +

library lib 1 lib/__init__.py lib/mod.py lib/dropped.py
library lib 2 lib/__init__.py lib/mod.py
stage marker
put usr/share/marker
package marker 1

# The judge goes in, too.
judge() {
	hooked || return 0
	cp "$distro/agree.py" $root/t
	chroot $root python3.11 -I -S /t/agree.py "/$site" /usr/lib/python3.11 || fail "$1: no agreement"
	rm -rf $root/t/*
	dpkg --root=$root --audit >/t/audit || fail "dpkg --audit: status $?"
	[ ! -s /t/audit ] || fail "dpkg --audit: $(cat /t/audit)"
}

# walk OPTION...: in, up, out, and pycsync away, by dpkg with these options.
walk() {
	for _own in system pycsync-1; do
		run dpkg --root=$root "$@" -i "/t/in/$_own.deb"
		[ "$rc" = 0 ] || fail "$*: $_own: status $rc"
	done
	judge "first installation, $*"
	must dpkg --root=$root "$@" -i /t/lib-1.deb
	judge "installation, $*"
	! hooked || [ -e "$root/$site/lib/__pycache__/mod.cpython-311.pyc" ] || fail "$*: nothing was compiled"
	must dpkg --root=$root "$@" -i /t/lib-2.deb
	judge "upgrade, $*"
	must dpkg --root=$root "$@" -r lib
	judge "removal, $*"
	[ ! -e "$root/$site/lib" ] || fail "$*: a directory is left"
	run dpkg --root=$root "$@" -P pycsync system
	[ "$rc" = 0 ] || fail "$*: status $rc"
	_left=$(find $root -name '*.pyc' -o -name __pycache__ -o -path '*pycsync*' | grep -v '^/t/root/t/')
	[ -z "$_left" ] || fail "$*: left: $_left"
}

caches "/$site" /usr/lib/python3.11 >/t/before
walk
walk --force-script-chrootless
caches "/$site" /usr/lib/python3.11 >/t/after
cmp /t/before /t/after || fail "caches of the system itself changed"
