# SPDX-License-Identifier: LGPL-2.1-or-later
# In a walk, an entry goes only if name, tag and content all prove it an orphan.
. "$LIB/case.sh"

src t/here.py
mkdir t/__pycache__
cd t/__pycache__
for name in gone.pyc $TAG.pyc gone.$TAG.opt-1.pyc.bak gone.$TAG.pyo .$TAG.pyc here.weird-99.pyc \
	here.more.weird-99.pyc; do
	fake_pyc ./"$name"
done
echo 'no bytecode' >text.$TAG.pyc
echo 'no bytecode' >text.weird-99.pyc
printf '\247\r' >short.$TAG.pyc
: >empty.$TAG.pyc
echo data >notes.txt
mkdir dir.$TAG.pyc
ln -s notes.txt link.$TAG.pyc
ls -A >../../foreign
cd ../..
for name in gone.$TAG.pyc gone.$TAG.opt-1.pyc gone.cpython-38.pyc gone.more.$TAG.pyc gone.weird-99.pyc \
	gone.$TAG.opt-.pyc gone.${TAG}x.pyc gone.more.weird-99.pyc; do
	fake_pyc t/__pycache__/$name
	echo "$name" >>gone
done
run 0,1 -v t
while read -r name; do
	absent "t/__pycache__/$name"
done <gone
while read -r name; do
	there "t/__pycache__/$name"
	says "$name"
done <foreign
there "$(pyc t/here.py)"
