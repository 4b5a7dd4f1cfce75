# SPDX-License-Identifier: LGPL-2.1-or-later
# pip install --root, of a wheel that setuptools made: it compiles into the root and lists what it made.
# slow
. "$LIB/case.sh"
not_with_asan "makepkg's fakeroot wants to be loaded first"
. "$LIB/tools.sh"

needs_module pip setuptools wheel
install() {
	(cd "$1" && HOME=$1 "$PY" -m pip wheel --no-build-isolation --no-index --no-deps -q -w dist . >"$T/log" 2>&1) || return 1
	HOME=$1 "$PY" -m pip install --no-index --no-deps --ignore-installed --no-warn-script-location -q \
		--find-links "$1/dist" --prefix /usr --root "$2" example >"$T/log" 2>&1 || return 1
	grep -rqaF "$2" "$2" || fail "it did not compile into the root"
}
tool_twice
