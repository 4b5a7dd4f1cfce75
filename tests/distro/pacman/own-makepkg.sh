#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The PKGBUILD makes a package of this source, and that package does what it must.
# slow
. "${0%/*}/../pacman.sh"
for tool in makepkg fakeroot setpriv zstd readelf gcc make pkg-config; do
	command -v $tool >/dev/null || skip "no $tool"
done
configure
library lib 1 lib/__init__.py lib/mod.py
install lib-1
if hooked; then
	mkdir /t/build
	JOBS=2 /t/source/packaging/arch/build /t/in/pycsync-*.tar.gz /t/build 2>&1 ||
		fail "packaging/arch/build: status $?"
	set -- /t/build/pycsync-*.pkg.tar.zst
	[ $# = 1 ] && [ -e "$1" ] || fail "not one package: $*"
	run_pacman -Qpi "$1"
	said 1 'Name            : pycsync'
	bsdtar -tf "$1" | sed 's/^/  /'

	# The same files as "make install" with the same prefix; makepkg compresses the manuals.
	bsdtar -tf /t/in/pycsync-1.pkg.tar | grep -v '/$' | sort >/t/want
	bsdtar -tf "$1" | grep -v -e '/$' -e .BUILDINFO | sed '/\/man\//s/\.gz$//' | sort >/t/have
	diff /t/want /t/have || fail "other files than make install installs"

	# What namcap would look at: owners and modes, libraries, traces of the build.
	bsdtar -tvf "$1" | awk '
		{ want = "-rw-r--r--" }
		/^d/ { want = "drwxr-xr-x" }
		$NF ~ /^usr\/(bin|lib\/pycsync)\/pycsync(-worker)?$/ { want = "-rwxr-xr-x" }
		$1 != want || $3 != "root" || $4 != "root" { print; bad = 1 }
		END { exit bad }' || fail "owners or modes"
	mkdir /t/unpacked
	bsdtar -xf "$1" -C /t/unpacked
	cd /t/unpacked || exit 1
	bad=$(readelf -d usr/bin/pycsync usr/lib/pycsync/pycsync-worker |
		sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -v -e '^libc\.so\.6$' -e '^libyaml-0\.so\.' -e '^libseccomp\.so\.')
	[ -z "$bad" ] || fail "libraries that the PKGBUILD does not name: $bad"
	! grep -raF pycsync-arch. usr || fail "the build directory is named"
	! readelf -lW usr/bin/pycsync | grep 'GNU_STACK.* RWE' || fail "an executable stack"

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
