# SPDX-License-Identifier: LGPL-2.1-or-later
# Only the paths that were given are touched.
. "$LIB/case.sh"

for name in a b c; do
	src t/$name.py
	src t/sub/$name.py
done
fake_pyc t/__pycache__/gone.$TAG.pyc
run 0 t/a.py t/sub/b.py
there "$(pyc t/a.py)" "$(pyc t/sub/b.py)" t/__pycache__/gone.$TAG.pyc
absent "$(pyc t/b.py)" "$(pyc t/c.py)" "$(pyc t/sub/a.py)"
[ "$(find t -name '*.pyc' | grep -c .)" = 3 ] || fail "$(find t)"
