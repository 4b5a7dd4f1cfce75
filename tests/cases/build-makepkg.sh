# SPDX-License-Identifier: LGPL-2.1-or-later
# makepkg as the tool that installs: a PKGBUILD of Arch's form, which builds a wheel, has it installed and stages
# what is there. Root and package are right, and the package is the same each time.
# slow
. "$LIB/case.sh"
not_with_asan "fakeroot wants to be loaded first"
. "$LIB/tools.sh"

need makepkg
need bsdtar
need zstd
needs_module installer build flit_core
# build DIR MTIME OUT: in one place for both builds, as .BUILDINFO notes it.
build() {
	rm -rf "$T/makepkg"
	mkdir -p "$T/makepkg/src" "$3"
	project "$T/makepkg/example" "$2"
	flit "$T/makepkg/example"
	cat >"$T/makepkg/PKGBUILD" <<-END
		pkgname=python-example
		pkgver=1.0
		pkgrel=1
		arch=(any)
		build() {
		  cp -r --preserve=timestamps "$T/makepkg/example" .
		  cd example
		  "$PY" -m build --wheel --no-isolation
		}
		package() {
		  cd example
		  "$PY" -m installer --destdir="\$pkgdir" --prefix=/usr dist/*.whl
		  [ -n "\$(find "\$pkgdir" -name '*opt-1.pyc')" ]
		  "$PYCSYNC" stage "\$pkgdir"
		}
	END
	chmod -R u=rwX,go=rX "$T/makepkg"
	give_away "$T/makepkg"
	(
		cd "$T/makepkg"
		as_nobody env HOME="$T/makepkg" PKGEXT=.pkg.tar.zst PACKAGER="Nobody <nobody@example.org>" \
			makepkg --nodeps --force >"$T/log" 2>&1
	) || fail "makepkg: $(tail "$T/log")"
	mv "$T/makepkg/python-example-1.0-1-any.pkg.tar.zst" "$3"
	silent verify -v --deep "$3"/python-example-*
	bsdtar -tf "$3"/python-example-* | grep -q "/a.$TAG.opt-1.pyc" || fail "the installer's levels are gone"
	silent verify -v --stage "$T/makepkg/pkg/python-example"
}
tools_twice
cmp packages1/python-example-1.0-1-any.pkg.tar.zst packages2/python-example-1.0-1-any.pkg.tar.zst ||
	fail "other bytes"
