# SPDX-License-Identifier: LGPL-2.1-or-later
# debhelper's pybuild, with dh_python3 and dh_pycsync: a package that brings its bytecode.
# slow
. "$LIB/case.sh"
. "$LIB/tools.sh"

need dh
need pybuild
needs_module setuptools
[ -x /usr/bin/dh_python3 ] || skip "dh_python3 is not installed"
mkdir -p perl/Debian/Debhelper/Sequence bin
cp "$PACKAGING/debhelper/pycsync.pm" perl/Debian/Debhelper/Sequence
cp "$PACKAGING/debhelper/dh_pycsync" bin
ln -s "$PYCSYNC" bin/pycsync
# build DIR MTIME
build() {
	project "$1/source" "$2"
	mkdir "$1/source/debian"
	(
		cd "$1/source"
		cat >debian/control <<-'END'
			Source: example
			Section: python
			Maintainer: Nobody <nobody@example.org>
			Build-Depends: debhelper-compat (= 13), python3-all
			Rules-Requires-Root: no

			Package: python3-example
			Architecture: all
			Depends: ${python3:Depends}
			Description: example
			 A library with its bytecode.
		END
		printf 'example (1.0) unstable; urgency=low\n\n  * Example.\n\n -- Nobody <nobody@example.org>  Sun, 13 Sep 2020 12:26:40 +0000\n' >debian/changelog
		printf '#!/usr/bin/make -f\nexport PYBUILD_NAME=example\n%%:\n\tdh $@ --with python3,pycsync --buildsystem=pybuild\noverride_dh_auto_test:\n' >debian/rules
		chmod +x debian/rules
		PATH="$T/bin:$PATH" PERL5LIB="$T/perl" HOME=$1 debian/rules binary >../log 2>&1
	) || fail "dh: $(tail -n 20 "$1/log")"
	silent verify -v --stage "$1/source/debian/python3-example"
	silent verify -v "$1/python3-example_1.0_all.deb"
	dpkg-deb -c "$1/python3-example_1.0_all.deb" | grep -q "/a.$TAG.pyc" || fail "no bytecode is in it"
}
export SOURCE_DATE_EPOCH=$EPOCH
(umask 022 && LC_ALL=C TZ=UTC && export LC_ALL TZ && build "$T/one" 1700000000)
sleep 1.1
(
	umask 027
	LC_ALL=C.UTF-8 TZ=Asia/Tokyo PYTHONHASHSEED=3
	export LC_ALL TZ PYTHONHASHSEED
	build "$T/some/other/place" 1700090000
)
cmp one/python3-example_1.0_all.deb some/other/place/python3-example_1.0_all.deb || fail "other bytes"
