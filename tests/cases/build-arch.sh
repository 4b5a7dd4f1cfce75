# SPDX-License-Identifier: LGPL-2.1-or-later
# A real library as a .pkg.tar.zst, by makepkg and the example's function: the same package each time,
# and every pyc is taken.
# slow
. "$LIB/case.sh"
not_with_asan "fakeroot wants to be loaded first"
. "$LIB/build.sh"

need makepkg
need bsdtar
need zstd
cp "$PACKAGING/makepkg/PKGBUILD" .
build() {
	start=${START:-$1}
	(umask 022 && mkdir -p "$1" "$start/example-1.0") # for the user who builds
	cp -r --preserve=timestamps lib/. "$start/example-1.0"
	# Archives of sources have their checksum in the package: this one is the same.
	tar -C "$start" --sort=name --mtime=@$EPOCH --mode=u=rwX,go=rX --owner=0 --group=0 -cf - example-1.0 |
		gzip -n >"$start/example-1.0.tar.gz"
	cp PKGBUILD "$start"
	chmod 644 "$start/example-1.0.tar.gz" "$start/PKGBUILD"
	give_away "$1" "$start"
	(
		cd "$start"
		as_nobody env HOME=/nonexistent ${LIBRARY:+LIBRARY="$LIBRARY" MAKEPKG_LIBRARY="$LIBRARY"} \
			PKGEXT=.pkg.tar.zst BUILDDIR="$start/build" PKGDEST="$1" \
			PACKAGER="Nobody <nobody@example.org>" makepkg --nodeps --force >"$T/log" 2>&1
	) || { cat "$T/log" && return 1; }
	[ "$start" = "$1" ] || rm -r "$start"
	ls "$1"/python-example-1.0-1-any.pkg.tar.zst
}
# unpack PACKAGE DIR
unpack() {
	mkdir "$2"
	bsdtar -xpf "$1" -C "$2"
}
chmod 755 "$T"
# In one place, the packages are the same to the last byte.
START="$T/start" twice
unpack "$first" installed
right installed --mode checked-hash --root installed installed/usr
# makepkg's option, in the place of the call in package(): the same files, and the same end.
cp -R /usr/share/makepkg library
cp "$PACKAGING/makepkg/pycsync.sh" library/tidy
chmod -R go=rX library
sed -i 's/^_bytecode() {/options=(pycsync) pycsync_options=(-o 0,1)\n_unused() {/; s/^  _bytecode$/  :/' PKGBUILD
option() {
	rm -rf option
	LIBRARY="$T/library" START="$T/start" JOBS=2 SOURCE_DATE_EPOCH=$EPOCH PATH="$T/bin:$PATH" build "$T/option"
}
option >out || fail "with the option: $(cat out)"
unpack "$(cat out)" files
diff -r --exclude=.BUILDINFO --exclude=.MTREE installed files || fail "the option makes other files"
src lib/bad.py 'x = ('
option >out && fail "built with a bad module, and the option"
says "/usr/lib/python3.11/site-packages/bad.py:1: SyntaxError"
rm lib/bad.py
cp "$PACKAGING/makepkg/PKGBUILD" .
# In two places all is the same but the directories that makepkg itself notes, in .BUILDINFO, and the
# sum of that file in .MTREE.
rm -r one some
alike() {
	unpack "$1" x
	unpack "$2" y
	sed -i '/^startdir = /d; /^builddir = /d' x/.BUILDINFO y/.BUILDINFO
	for dir in x y; do
		gzip -dc $dir/.MTREE | sed '/^\.\/\.BUILDINFO /d' >$dir/mtree
		rm $dir/.MTREE
	done
	diff -r x y && [ "$(bsdtar -tvf "$1" | grep -v ' \.[BM]')" = "$(bsdtar -tvf "$2" | grep -v ' \.[BM]')" ]
}
twice
src lib/bad.py 'x = ('
(PATH="$T/bin:$PATH" JOBS=2 SOURCE_DATE_EPOCH=$EPOCH build "$T/three") >out && fail "built with a bad module"
says "/usr/lib/python3.11/site-packages/bad.py:1: SyntaxError"
