# SPDX-License-Identifier: LGPL-2.1-or-later
# A real library as a .deb, by debhelper's addon: the same package each time, and every pyc is taken.
# slow
. "$LIB/case.sh"
. "$LIB/build.sh"

need dpkg-deb
need dh
[ -x /usr/bin/perl ] || skip "perl is not installed"
mkdir -p perl/Debian/Debhelper/Sequence
cp "$PACKAGING/debhelper/pycsync.pm" perl/Debian/Debhelper/Sequence
mkdir -p bin
cp "$PACKAGING/debhelper/dh_pycsync" bin
build() {
	mkdir -p "$1/source/debian"
	cp -r --preserve=timestamps lib "$1/source"
	(
		cd "$1/source"
		cat >debian/control <<-'END'
			Source: example
			Section: python
			Maintainer: Nobody <nobody@example.org>
			Build-Depends: debhelper-compat (= 13)
			Rules-Requires-Root: no

			Package: example
			Architecture: all
			Description: example
			 A library with its bytecode.
		END
		printf 'example (1.0) unstable; urgency=low\n\n  * Example.\n\n -- Nobody <nobody@example.org>  Sun, 13 Sep 2020 12:26:40 +0000\n' >debian/changelog
		printf 'lib/* usr/lib/python3.11/site-packages\n' >debian/install
		printf '#!/usr/bin/make -f\n%%:\n\tdh $@ --with pycsync\noverride_dh_pycsync:\n\tdh_pycsync -- -o 0,1 %s\n' "${OPTIONS:-}" >debian/rules
		chmod +x debian/rules
		PERL5LIB="$T/perl" DH_VERBOSE=1 DEB_BUILD_OPTIONS="parallel=$JOBS" debian/rules binary >../log 2>&1
	) || { cat "$1/log" && return 1; }
	echo "$1/example_1.0_all.deb"
}
twice
dpkg-deb -x "$first" installed
right installed --mode checked-hash --root installed installed/usr
grep -q "pycsync stage -j 2 -o 0,1" some/other/place/log || fail "parallel= has no effect"
dpkg-deb --fsys-tarfile "$first" | tar -tv >list
grep -q ' link to .*\.pyc$' list || fail "no hard link is in the package"
# Times in the pycs: dpkg-deb clamps those of the sources.
rm -r one some installed
OPTIONS="--invalidation-mode timestamp" twice
dpkg-deb -x "$first" installed
[ "$(find installed -name '*.py' -newermt @$EPOCH | wc -l)" = 0 ] || fail "not clamped"
right installed --root installed installed/usr
# A module that does not compile stops the build.
src lib/bad.py 'x = ('
(PATH="$T/bin:$PATH" JOBS=2 build "$T/three") >out && fail "built with a bad module"
says "/usr/lib/python3.11/site-packages/bad.py:1: SyntaxError"
