# SPDX-License-Identifier: LGPL-2.1-or-later
# python3 -m installer, of a wheel that flit made: it makes two levels, whoever asks.
# slow
. "$LIB/case.sh"
not_with_asan "makepkg's fakeroot wants to be loaded first"
. "$LIB/tools.sh"

needs_module installer build flit_core
install() {
	flit "$1"
	wheel "$1"
	"$PY" -m installer --destdir "$2" --prefix /usr "$1"/dist/*.whl >"$T/log" 2>&1 || return 1
	[ -n "$(find "$2" -name 'a.*opt-1.pyc')" ] || fail "it did not make two levels"
}
tool_twice
