# SPDX-License-Identifier: LGPL-2.1-or-later
# A whole rpmbuild, from the spec to the .rpm, of what setup.py installs: with %pycsync_auto in the place of
# rpmbuild's own script, and after that script. Root and package are right, and the package is the same each time.
# slow
. "$LIB/case.sh"
not_with_asan "rpmbuild loads what it likes"
. "$LIB/tools.sh"

need rpmbuild
needs_module setuptools
BRP=/usr/lib/rpm/brp-python-bytecompile
[ -x $BRP ] || skip "$BRP is not installed"
mkdir bin
ln -s "$PYCSYNC" bin/pycsync
cp "$PACKAGING/rpm/brp-pycsync" bin
# The macro names the script where it is installed.
sed "s|^%__brp_pycsync .*|%__brp_pycsync $T/bin/brp-pycsync|" "$PACKAGING/rpm/macros.pycsync" >macros
# As distributions have it.
cat >>macros <<-END
	%__brp_python_bytecompile $BRP $PY 1 1
	%__os_install_post %{?__brp_python_bytecompile} %{?after}
END
# build DIR MTIME OUT
build() {
	mkdir -p "$1/rpm/SOURCES" "$3"
	project "$1/rpm/SOURCES/example" "$2"
	cat >"$1/rpm/example.spec" <<-END
		$HEAD
		Name: python-example
		Version: 1.0
		Release: 1
		Summary: example
		License: none
		BuildArch: noarch
		AutoReqProv: no
		%description
		example
		%prep
		rm -rf %{_builddir}/example
		cp -r --preserve=timestamps %{_sourcedir}/example %{_builddir}
		%install
		cd example
		$PY setup.py -q install --root %{buildroot} --prefix /usr --optimize 1
		chmod -R u=rwX,go=rX %{buildroot}
		%files
		/usr
	END
	cp macros "$1/rpm/.rpmmacros"
	PATH="$T/bin:$PATH" HOME="$1/rpm" rpmbuild -bb --noclean -D "_topdir $1/rpm" -D 'use_source_date_epoch_as_buildtime 1' \
		-D 'clamp_mtime_to_source_date_epoch 1' -D '_buildhost builder' -D '_dbpath %{_topdir}/db' \
		"$1/rpm/example.spec" >"$T/log" 2>&1 || fail "rpmbuild: $(tail "$T/log")"
	[ "$(grep -c "^+.*$BRP" log)" = "$OWN_RUNS" ] || fail "rpmbuild's own script did not run $OWN_RUNS times"
	[ "$(grep -c "^+.*bin/brp-pycsync" log)" = 1 ] || fail "pycsync's did not run once"
	mv "$1/rpm/RPMS/noarch/python-example-1.0-1.noarch.rpm" "$3"
	silent verify -v --deep "$3/python-example-1.0-1.noarch.rpm"
	rpm2cpio "$3/python-example-1.0-1.noarch.rpm" | cpio -t --quiet | grep -q "/a.$TAG.opt-1.pyc" || fail "no bytecode"
	# From rpm 4.20 on, it is below BUILD.
	silent verify -v --stage "$(find "$1/rpm" -path '*/BUILDROOT*' -name usr -prune -printf '%h\n')"
}
for way in auto own; do
	case $way in
	auto) HEAD="%pycsync_auto" OWN_RUNS=0 ;;
	own) HEAD="%define after \\
    $T/bin/brp-pycsync" OWN_RUNS=1 ;;
	esac
	tools_twice
	cmp packages1/python-example-1.0-1.noarch.rpm packages2/python-example-1.0-1.noarch.rpm || fail "$way: other bytes"
	rm -r one some packages1 packages2
done
