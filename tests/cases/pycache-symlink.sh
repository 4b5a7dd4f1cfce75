# SPDX-License-Identifier: LGPL-2.1-or-later
# A __pycache__ that is a symlink is refused: nothing is written or removed through it.
. "$LIB/case.sh"

src t/out/a.py
src t/in/a.py
src t/dangling/a.py
src t/file/a.py
src t/good/a.py
mkdir outside t/inside
fake_pyc "outside/gone.$TAG.pyc"
fake_pyc "t/inside/gone.$TAG.pyc"
ln -s "$T/outside" t/out/__pycache__
ln -s ../inside t/in/__pycache__
ln -s "$T/not-there" t/dangling/__pycache__
echo file >t/file/__pycache__
unchanged run 1 t/out t/in t/dangling t/file
for name in out in dangling file; do
	once "$T/t/$name/a.py"
done
[ "$(find outside t/inside -type f | grep -c .)" = 2 ] || fail "$(find outside t/inside)"
there "outside/gone.$TAG.pyc" "t/inside/gone.$TAG.pyc"
absent not-there
run 1 t
there "$(pyc t/good/a.py)"
rm t/out/a.py
unchanged run 0,1 t/out/a.py t/out/gone.py
there "outside/gone.$TAG.pyc"
