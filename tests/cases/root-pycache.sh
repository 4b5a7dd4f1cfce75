# SPDX-License-Identifier: LGPL-2.1-or-later
# Inside --root, a __pycache__ that is a symlink is refused, wherever it leads.
. "$LIB/case.sh"

mkdir -p t/outside root/outside
fake_pyc "t/outside/gone.$TAG.pyc"
for name in absolute host climbing; do
	src root/$name/a.py
done
ln -s /outside root/absolute/__pycache__
ln -s "$T/t/outside" root/host/__pycache__
ln -s ../../t/outside root/climbing/__pycache__
unchanged run 1 --root root /
for name in absolute host climbing; do
	once "/$name/a.py"
done
unchanged run 0,1 --root root /host/gone.py /climbing/gone.py
[ -z "$(ls root/outside)" ] || fail "$(ls root/outside)"
