# SPDX-License-Identifier: LGPL-2.1-or-later
# rpmbuild's own script, which compiles all that is in the build root, in trees and outside.
# slow
. "$LIB/case.sh"
not_with_asan "makepkg's fakeroot wants to be loaded first"
. "$LIB/tools.sh"

BRP=/usr/lib/rpm/brp-python-bytecompile
[ -x $BRP ] || skip "$BRP is not installed"
install() {
	mkdir -p "$2/usr/lib/python3/dist-packages" "$2/usr/share/app"
	cp -r --preserve=timestamps "$1/example" "$2/usr/lib/python3/dist-packages"
	cp -r --preserve=timestamps "$1/example" "$2/usr/share/app"
	RPM_BUILD_ROOT="$2" $BRP "$PY" 1 1 >"$T/log" 2>&1 || return 1
	[ -e "$(pyc "$2/usr/share/app/example/a.py" 1)" ] || fail "it did not compile all"
}
tool_twice
