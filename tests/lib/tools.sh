# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# For the cases that have a real tool install a project into a staging root.
#
# A case defines install SOURCE ROOT, which has the tool install the project in SOURCE, its own copy, into
# ROOT, and calls tool_twice: two builds, in different places, at different times, with another umask,
# locale, time zone and hash seed. After 'pycsync stage' nothing is wrong with the root or with any
# package made of it, down to the notes, and both builds give the same packages.

# shellcheck disable=SC2034 # the cases use it
PACKAGING=$LIB/../../packaging
EPOCH=1600000000

# needs_module NAME...: modules of the system's Python, which is Debian's. A directory that another package left
# without the module can be imported, too, but has no file.
needs_module() {
	for module in "$@"; do
		"$PY" -I -c "import $module as m; open(m.__file__)" 2>/dev/null || skip "the Python module $module is not installed"
	done
}

# project DIR: a package with everything that a wheel has, and what authors pack by mistake.
project() {
	src "$1/example/__init__.py" '"""An example."""' '__version__ = "1.0"'
	src "$1/example/a.py"
	src "$1/example/cli.py" 'def main():' '    print("example")'
	src "$1/example/tests/__init__.py" ''
	src "$1/example/tests/test_a.py" 'from example import a' 'def test():' '    assert a.f(1)'
	fake_pyc "$1/example/tests/__pycache__/test_a.cpython-39-pytest-5.4.3.pyc"
	fake_pyc "$1/example/tests/__pycache__/test_a.cpython-38.pyc"
	echo text >"$1/README"
	cat >"$1/setup.py" <<-'END'
		from setuptools import setup
		setup(name="example", version="1.0", packages=["example", "example.tests"],
		      package_data={"example.tests": ["__pycache__/*"]},
		      entry_points={"console_scripts": ["example = example.cli:main"]})
	END
	touch -d "@$2" "$1/example/a.py"
	touch -d @1500000000 "$1/example/cli.py"
}

# flit DIR: the same project, for flit.
flit() {
	rm "$1/setup.py"
	cat >"$1/pyproject.toml" <<-'END'
		[build-system]
		requires = ["flit_core >=3.2"]
		build-backend = "flit_core.buildapi"
		[project]
		name = "example"
		dynamic = ["version", "description"]
		[project.scripts]
		example = "example.cli:main"
	END
}

# wheel SOURCE: build a wheel there, in dist/.
wheel() {
	(cd "$1" && "$PY" -m build --no-isolation --wheel . >wheel.log 2>&1) || fail "build: $(tail -n 5 "$1/wheel.log")"
}

# control: of the packages, where the format wants some words.
deb() {
	mkdir "$1/DEBIAN"
	printf 'Package: example\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: example\n' \
		>"$1/DEBIAN/control"
	chmod 755 "$1/DEBIAN"
	dpkg-deb --root-owner-group -b "$1" "$2/example.deb" >"$T/log" 2>&1 || fail "dpkg-deb: $(cat "$T/log")"
	rm -r "$1/DEBIAN"
}

rpm_of() {
	mkdir -p "$2/rpm"
	cat >"$2/rpm/example.spec" <<-END
		Name: example
		Version: 1
		Release: 1
		Summary: example
		License: none
		BuildArch: noarch
		AutoReqProv: no
		%description
		example
		%install
		mkdir -p %{buildroot}
		cp -a $1/. %{buildroot}
		%files
		/usr
	END
	HOME="$2/rpm" rpmbuild -bb -D "_topdir $2/rpm" -D 'use_source_date_epoch_as_buildtime 1' \
		-D 'clamp_mtime_to_source_date_epoch 1' -D '_buildhost builder' -D '_dbpath %{_topdir}/db' \
		"$2/rpm/example.spec" >"$T/log" 2>&1 || fail "rpmbuild: $(tail "$T/log")"
	mv "$2/rpm/RPMS/noarch/example-1-1.noarch.rpm" "$2/example.rpm"
}

# In one place for both builds, as .BUILDINFO notes it.
arch() {
	rm -rf "$T/makepkg"
	mkdir "$T/makepkg"
	cat >"$T/makepkg/PKGBUILD" <<-END
		pkgname=example
		pkgver=1
		pkgrel=1
		arch=(any)
		package() {
		  cp -a --no-preserve=ownership "$T/makepkg/root/." "\$pkgdir"
		}
	END
	cp -a "$1" "$T/makepkg/root"
	give_away "$T/makepkg"
	(
		cd "$T/makepkg"
		as_nobody env HOME=/nonexistent PKGEXT=.pkg.tar.zst PACKAGER="Nobody <nobody@example.org>" \
			makepkg --nodeps --force >"$T/log" 2>&1
	) || fail "makepkg: $(tail "$T/log")"
	mv "$T"/makepkg/example-1-1-any.pkg.tar.zst "$2/example.pkg.tar.zst"
}

# packages ROOT OUT: of each format that can be made here.
packages() {
	mkdir -p "$2"
	if command -v dpkg-deb >/dev/null; then deb "$1" "$2"; else echo "note: no dpkg-deb"; fi
	if command -v rpmbuild >/dev/null; then rpm_of "$1" "$2"; else echo "note: no rpmbuild"; fi
	if command -v makepkg >/dev/null; then arch "$1" "$2"; else echo "note: no makepkg"; fi
}

# build DIR MTIME OUT: by install, where the case has no build of its own.
build() {
	project "$1/source" "$2"
	install "$1/source" "$1/root" || fail "the tool: $(tail -n 20 "$T/log")"
	chmod -R u=rwX,go=rX "$1/root" # as all packaging tools see to
	try 0 "$PYCSYNC" stage "$1/root"
	silent verify -v --stage "$1/root"
	# The RECORD of a wheel lists what is there, and all of it but bytecode.
	find "$1/root" -path '*.dist-info/RECORD' | while read -r record; do
		"$PY" -I "$LIB/record.py" "$record" || exit 1
	done || fail "RECORD"
	[ -n "$(find "$1/root" -name "a.$TAG.pyc")" ] || fail "nothing was compiled"
	[ -z "$(find "$1/root" -name '*-3[89]*.pyc')" ] || fail "an author's pyc is left"
	if grep -rqaF "$1/root" "$1/root"; then fail "the build's path is in it"; fi
	packages "$1/root" "$3"
	for file in "$3"/example.*; do
		silent verify -v "$file"
	done
}

# tools_twice: build DIR MTIME OUT, which the case defines, under different circumstances.
tools_twice() {
	chmod 755 "$T"
	export SOURCE_DATE_EPOCH=$EPOCH
	(umask 022 && LC_ALL=C TZ=UTC && export LC_ALL TZ && build "$T/one" 1700000000 "$T/packages1")
	sleep 1.1 # tools that set no times have other ones
	(
		umask 027
		LC_ALL=C.UTF-8 TZ=Asia/Tokyo PYTHONHASHSEED=3
		export LC_ALL TZ PYTHONHASHSEED
		build "$T/some/other/place" 1700090000 "$T/packages2"
	)
}

tool_twice() {
	tools_twice
	for file in "$T"/packages1/example.*; do
		cmp "$file" "$T/packages2/${file##*/}" || fail "other bytes: ${file##*/}"
	done
}
