# SPDX-License-Identifier: LGPL-2.1-or-later
# setup.py install --root, as spec files had it for many years.
# slow
. "$LIB/case.sh"
not_with_asan "makepkg's fakeroot wants to be loaded first"
. "$LIB/tools.sh"

needs_module setuptools
install() {
	(cd "$1" && "$PY" setup.py -q install --root "$2" --prefix /usr --optimize 1 --record installed.txt >"$T/log" 2>&1)
}
tool_twice
