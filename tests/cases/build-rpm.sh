# SPDX-License-Identifier: LGPL-2.1-or-later
# A real library as an .rpm, by rpmbuild's macros: the same package each time, and every pyc is taken.
# slow
. "$LIB/case.sh"
. "$LIB/build.sh"

need rpmbuild
need bsdtar
mkdir -p bin
# The macro names the script where it is installed.
sed "s|^%__brp_pycsync .*|%__brp_pycsync $T/bin/brp-pycsync|" "$PACKAGING/rpm/macros.pycsync" >macros
cp "$PACKAGING/rpm/brp-pycsync" bin
build() {
	mkdir -p "$1/SOURCES"
	cp -r --preserve=timestamps lib "$1/SOURCES"
	cat >"$1/example.spec" <<-END
		${AUTO-%global pycsync_options -o 0,1 ${OPTIONS:-}
		%pycsync_auto}
		Name: example
		Version: 1
		Release: 1
		Summary: example
		License: none
		BuildArch: noarch
		%description
		A library with its bytecode.
		%install
		mkdir -p %{buildroot}/$SITE
		cp -r --preserve=timestamps %{_sourcedir}/lib/. %{buildroot}/$SITE
		chmod -R u=rwX,go=rX %{buildroot}
		${STAGE:-}
		%files
		/usr/lib/python3.11
	END
	cp "$T/macros" "$1/.rpmmacros"
	HOME="$1" rpmbuild -bb -D "_topdir $1" -D "_smp_build_ncpus $JOBS" \
		-D 'use_source_date_epoch_as_buildtime 1' -D 'clamp_mtime_to_source_date_epoch 1' \
		-D '_buildhost builder' -D '_dbpath %{_topdir}/db' "$1/example.spec" >"$1/log" 2>&1 ||
		{ cat "$1/log" && return 1; }
	echo "$1/RPMS/noarch/example-1-1.noarch.rpm"
}
unpack() {
	rm -rf installed
	mkdir installed
	rpm2cpio "$1" | (cd installed && cpio -idm --quiet)
}
twice
unpack "$first"
right installed --mode checked-hash --root installed installed/usr
grep -q 'RPM_BUILD_NCPUS=2' some/other/place/log || fail "_smp_build_ncpus has no effect"
[ "$(grep -c '^+.*bin/brp-pycsync' one/log)" = 1 ] || fail "the script did not run once"
rm -r one some
OPTIONS="--invalidation-mode timestamp" twice
unpack "$first"
right installed --root installed installed/usr
# By hand, in %install.
export SOURCE_DATE_EPOCH=$EPOCH
AUTO='' STAGE='%pycsync_stage -o 0,1' JOBS=2 PATH="$T/bin:$PATH" build "$T/two" >out || fail "by hand"
unpack "$(cat out)"
right installed --mode checked-hash --root installed installed/usr
src lib/bad.py 'x = ('
(PATH="$T/bin:$PATH" JOBS=2 build "$T/three") >out && fail "built with a bad module"
says "/usr/lib/python3.11/site-packages/bad.py:1: SyntaxError"
# Outside of a build the script does nothing.
try 0 env PATH="$T/bin:$PATH" brp-pycsync
