# SPDX-License-Identifier: LGPL-2.1-or-later
# However a path is written, the recorded name is absolute and lexically normalised.
. "$LIB/case.sh"

for name in a b c d e; do
	src t/$name.py
done
mkdir t/sub
run 0 t/a.py ./t//b.py "$T/t/sub/../c.py" t/sub/.././d.py
[ "$(find t -name '*.pyc' | grep -c .)" = 4 ] || fail "$(find t)"
cd t/sub
run 0 ../e.py
check "$T/t"
rm -rf ../__pycache__
run 0 ..
check "$T/t"
rm -rf ../__pycache__
cd ..
run 0 .
check "$T/t"
cd ..
rm -rf t/__pycache__
run 0 t/
check t
