# SPDX-License-Identifier: LGPL-2.1-or-later
# The example of a rule for 'make install': into a staging root, and with make's jobserver.
. "$LIB/case.sh"

need make
cp "$LIB/../../packaging/examples/Makefile" .
for name in a b c; do
	src example/$name.py
done
for jobs in 1 3; do
	rm -rf d
	try 0 make -s -j$jobs install DESTDIR="$T/d" PREFIX=/usr PYTHON="$PY" PYCSYNC="$PYCSYNC"
	says "3 compiled"
	[ ! -s err ] || fail "words"
	check --root d d
done
src example/bad.py 'x = ('
try 2 make -s install DESTDIR="$T/d" PREFIX=/usr PYTHON="$PY" PYCSYNC="$PYCSYNC"
says "bad.py:1: SyntaxError"
