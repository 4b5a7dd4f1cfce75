# SPDX-License-Identifier: LGPL-2.1-or-later
# With --root all paths are inside it: '..' stops there, absolute symlinks resolve in it, recorded
# names start at it, and nothing outside is touched.
. "$LIB/case.sh"

for top in root t; do
	src $top/outside/a.py
	src $top/lib/b.py
	src $top/lib/c.py
	src $top/lib/d.py
done
src root/lib/more/e.py
ln -s /outside root/lib/absolute
ln -s ../../../../../../../outside root/lib/climbing
ln -s "$T/t/lib" root/lib/host
ln -s root rootlink
printf '/lib/c.py\n/../../../lib/d.py' >list
unchanged run 0 --root "$T/root" --stdin /lib/b.py /lib/absolute <list
there "$(pyc root/lib/b.py)" "$(pyc root/lib/c.py)" "$(pyc root/lib/d.py)" "$(pyc root/outside/a.py)"
rm -r root/outside/__pycache__
unchanged run 0 --root root/ /lib/climbing
there "$(pyc root/outside/a.py)"
unchanged run 1 --root root /lib/host /lib/host/b.py "$T/t/lib" "$T/t/lib/b.py"
once "$T/t/lib is not there"
rm -r root/outside/__pycache__ root/lib/__pycache__
unchanged run 0 --root rootlink lib/more lib/b.py
there "$(pyc root/lib/more/e.py)" "$(pyc root/lib/b.py)"
cd root/lib
unchanged run 0 --root ../../root lib/../lib/c.py /
cd ../..
check --root root root
rm root/lib/b.py
unchanged run 0 --root root lib/b.py
absent "$(pyc root/lib/b.py)"
