# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# package.sh: wraps a directory into a pacman package, by hand, in well under a tenth of a second.

# wrap NAME VERSION DIR FILE [LINE]...
# Every LINE goes into .PKGINFO as it is ("replaces = old"). A DIR/.INSTALL is the scriptlet.
# Names are bytes: the archive is of the old kind that keeps them raw, whatever the locale.
wrap() (
	name=$1 version=$2 dir=$3 file=$4
	shift 4
	cd "$dir" || exit 1
	{
		printf '%s\n' "pkgname = $name" "pkgbase = $name" "pkgver = $version" \
			"pkgdesc = package of the tests" "url = https://example.org/" \
			"builddate = 1700000000" "packager = Unknown Packager" \
			"size = $(du -sb . | cut -f1)" "arch = any" "license = none" "$@"
	} >.PKGINFO
	# What is wrapped, .PKGINFO first as pacman wants it; .MTREE is what -Qkk compares with.
	set -- .PKGINFO
	[ ! -e .INSTALL ] || set -- "$@" .INSTALL
	for entry in *; do
		[ ! -e "$entry" ] || set -- "$@" "$entry"
	done
	LC_ALL=C bsdtar -czf .MTREE --format=mtree \
		--options='!all,use-set,type,uid,gid,mode,time,size,md5,sha256,link' "$@" &&
		LC_ALL=C bsdtar -cf "$file" --format=gnutar --numeric-owner .MTREE "$@"
)
