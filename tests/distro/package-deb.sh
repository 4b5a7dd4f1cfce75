# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# package-deb.sh: wraps a directory into a Debian package, without debhelper, in a tenth of a second.

# wrap_deb NAME VERSION DIR FILE [LINE]...
# In the name, - stands for each _.
# Every LINE goes into the control file as it is ("Replaces: old"). DIR/DEBIAN may have scripts in it.
wrap_deb() (
	name=$(echo "$1" | tr _ -) version=$2 dir=$3 file=$4
	shift 4
	cd "$dir" || exit 1
	mkdir -p DEBIAN
	{
		printf '%s\n' "Package: $name" "Version: $version" 'Architecture: all' \
			'Maintainer: the tests <tests@example.org>'
		[ $# = 0 ] || printf '%s\n' "$@"
		printf '%s\n' 'Description: package of the tests'
	} >DEBIAN/control
	deb_sums
	dpkg-deb -Znone --root-owner-group -b . "$file" >/dev/null
)

# deb_sums: what dpkg --verify compares with, for the package laid out in the working directory.
deb_sums() {
	find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z |
		xargs -0 -r md5sum -z | tr '\0' '\n' >DEBIAN/md5sums
}
