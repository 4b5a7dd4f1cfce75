#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync-py3compile takes the names of python3-minimal's programs and gives them back, in whatever order
# packages come, are upgraded and go; and with it, scripts of dh_python3 do no work twice.
. "${0%/*}/../dpkg.sh"
: >"$record"
[ -x /usr/bin/py3compile ] || skip "no py3compile"
hooked || exit 0
with_pycsync
mkdir /t/original
mv /usr/bin/py3compile /usr/bin/py3clean /t/original
for edition in 1 2; do
	stage python3-minimal-$edition
	mkdir -p "$staged/usr/bin"
	for p in py3compile py3clean; do
		cp "/t/original/$p" "$staged/usr/bin"
		echo "# edition $edition" >>"$staged/usr/bin/$p"
	done
	package python3-minimal $edition 'Provides: python3 (= 3.11)' 'Multi-Arch: allowed'
done
cp /t/in/pycsync-py3compile.deb /t/ours-1.deb

# ours [EDITION]: the names are pycsync's, and the originals of that edition are beside them, or none.
ours() {
	for _p in py3compile py3clean; do
		[ "$(readlink /usr/bin/$_p)" = pycsync ] || fail "$_p is not ours"
		$_p --version | grep -q pycsync || fail "$_p does not run"
		if [ $# = 0 ]; then
			[ ! -e /usr/bin/$_p.distrib ] || fail "whose is $_p.distrib?"
		else
			grep -qx "# edition $1" /usr/bin/$_p.distrib || fail "$_p.distrib is not of edition $1"
		fi
	done
	database
}

# theirs [EDITION]: the names are python3-minimal's, or nobody's, and nothing is left of ours.
theirs() {
	for _p in py3compile py3clean; do
		[ ! -e /usr/bin/$_p.distrib ] || fail "$_p.distrib was left"
		if [ $# = 0 ]; then
			[ ! -e /usr/bin/$_p ] && [ ! -L /usr/bin/$_p ] || fail "$_p was left"
		else
			grep -qx "# edition $1" /usr/bin/$_p || fail "$_p is not of edition $1"
		fi
	done
	[ -z "$(dpkg-divert --list)" ] || fail "a diversion was left"
	database
}

install python3-minimal-1
theirs 1
install ours-1
ours 1
install python3-minimal-2
ours 2
install ours-1
ours 2
run dpkg --force-depends -r python3-minimal
ours
install python3-minimal-1
ours 1
remove pycsync-py3compile
theirs 1
purge pycsync-py3compile
theirs 1

# Together, in both orders, and where the original comes later.
run dpkg -P python3-minimal
theirs
run dpkg --force-depends -i /t/ours-1.deb
ours
install python3-minimal-1 ours-1
ours 1
purge pycsync-py3compile python3-minimal
theirs
install ours-1 python3-minimal-2
ours 2

# A package that cannot be unpacked leaves all as it was.
purge pycsync-py3compile
stage stranger-1
put usr/share/doc/pycsync-py3compile/copyright
package stranger 1
install stranger-1
run dpkg -i /t/ours-1.deb
[ "$rc" != 0 ] || fail "the test itself is wrong"
theirs 2
purge stranger
install ours-1
ours 2

# edition VERSION MODULE...: of a package with public modules and a private one.
edition() {
	stage "lib-$1"
	_edition=$1
	shift
	for _m; do
		module "$_m"
	done
	module lib/changed.py "value = 'of $_edition'"
	put usr/share/lib/private.py
	script postinst 'py3compile -p lib' 'py3compile -p lib /usr/share/lib'
	# shellcheck disable=SC2016 # for the script
	script prerm 'py3clean -p lib' 'find /usr/lib/python3/dist-packages/lib /usr/share/lib -name "*.pyc" | sort >/t/kept'
	package lib "$_edition"
}
edition 1 lib/__init__.py lib/same.py lib/a.b.py lib/dropped.py lib/gone/dropped.py
edition 2 lib/__init__.py lib/same.py lib/a.b.py lib/sub/added.py

install lib-1
agree
there usr/share/lib/__pycache__/private.cpython-311.pyc
caches | grep -v -e changed -e dropped >/t/before
caches >/t/all
install lib-2
agree
[ "$(grep -c "\.cpython-311\." /t/kept)" = 6 ] || fail "not the caches that the trigger looks at were kept: $(cat /t/kept)"
# The same files, with another time in their header.
cut -d ' ' -f 1,2 /t/before >/t/inodes
caches | cut -d ' ' -f 1,2 | grep -v -e changed -e added | diff /t/inodes - || fail "what did not change was made anew"
there usr/share/lib/__pycache__/private.cpython-311.pyc "$site/lib/sub/__pycache__/added.cpython-311.pyc"
gone "$site/lib/__pycache__/dropped.cpython-311.pyc" "$site/lib/gone"
[ -z "$(find / -xdev '(' -path /t -o -path /tmp ')' -prune -o -name '*dropped*' -print)" ] || fail "something of what was dropped is left"
said 0 compiled

# Removed, they go before dpkg looks.
remove lib
[ ! -s /t/kept ] || fail "caches were kept: $(cat /t/kept)"
gone "$site/lib" usr/share/lib
said 0 'not empty'
agree

# The upgrade ends midway: dpkg has the old version configured again.
install lib-1
cp -a /t/lib-2 /t/lib-3
staged=/t/lib-3
sed -i 's/^set -e/exit 1/' "$staged/DEBIAN/prerm"
put usr/share/doc/pycsync-py3compile/copyright
package lib 3
run dpkg -i /t/lib-3.deb
[ "$rc" != 0 ] || fail "the test itself is wrong: it was unpacked"
agree
there usr/share/lib/__pycache__/private.cpython-311.pyc

# Without pycsync, what was made for scripts stays, and what the trigger made goes.
library none 1 none.py
install none-1
there usr/lib/python3/dist-packages/__pycache__/none.cpython-311.pyc
find "/$site" /usr/share/lib -name '*.pyc' | sort >/t/before
[ "$(wc -l </t/before)" -gt 3 ] || fail "the test itself is wrong"
remove pycsync-py3compile pycsync
find "/$site" /usr/share/lib -name '*.pyc' | sort >/t/now
grep -v /none /t/before | diff - /t/now || fail "caches of packages with scripts came or went"
gone usr/lib/python3/dist-packages/__pycache__/none.cpython-311.pyc
theirs 2
: >"$record" # there was nothing to compare with
