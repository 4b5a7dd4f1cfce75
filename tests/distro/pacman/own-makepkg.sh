#!/bin/sh
# The PKGBUILD makes a package of this source, and that package does what it must.
. "${0%/*}/../pacman.sh"
for tool in makepkg fakeroot setpriv gcc make pkg-config; do
	command -v $tool >/dev/null || skip "no $tool"
done
configure
library lib 1 lib/__init__.py lib/mod.py
install lib-1
if hooked; then
	# As "make arch" does it, by an ordinary user: makepkg refuses root.
	mkdir -m 0777 /t/build /t/home
	cp /t/source/packaging/arch/* /t/in/*.tar.gz /t/build
	cd /t/build || exit 1
	check=
	pkg-config --exists cmocka || check=--nocheck
	# shellcheck disable=SC2086 # an option or none
	setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/t/home PKGEXT=.pkg.tar \
		MAKEFLAGS=-j2 makepkg --nodeps $check 2>&1 || fail "makepkg: status $?"
	set -- pycsync-*.pkg.tar
	[ $# = 1 ] && [ -e "$1" ] || fail "not one package: $*"
	run_pacman -Qpi "$1"
	said 1 'Name            : pycsync'
	bsdtar -tf "$1" | sed 's/^/  /'

	# The same files as "make install" with the same prefix; makepkg compresses the manuals.
	bsdtar -tf /t/in/pycsync-1.pkg.tar | grep -v '/$' | sort >/t/want
	bsdtar -tf "$1" | grep -v -e '/$' -e .BUILDINFO | sed '/\/man\//s/\.gz$//' | sort >/t/have
	diff /t/want /t/have || fail "other files than make install installs"

	run_pacman -Udd "$1"
	[ "$rc" = 0 ] || fail "pacman -U: status $rc"
	said 0 error
	[ "pycsync $(pacman --config "$config" -Q pycsync | sed 's/.* \(.*\)-1/\1/')" = \
		"$(pycsync --version)" ] || fail "pycsync and its package differ in their version"
	run_pacman -Qkk pycsync
	grep -q ', 0 altered files' "$log" || fail "altered files"
else
	run_pacman -U /t/in/pycsync-1.pkg.tar
fi
agree
library other 1 other.py
install other-1
agree
imports lib.mod other
remove other
agree
remove pycsync
gone "$site/lib/__pycache__" usr/bin/pycsync usr/lib/pycsync usr/share/doc/pycsync \
	usr/share/licenses/pycsync
remove lib
gone "$site"
