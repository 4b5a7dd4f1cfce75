# SPDX-License-Identifier: LGPL-2.1-or-later
# With --root, no link leads a source's content in from outside.
. "$LIB/case.sh"

src t/secret.py
src root/lib/a.py
src root/real/b.py
ln -s "$T/t/secret.py" root/lib/absolute.py
ln -s ../../t/secret.py root/lib/climbing.py
ln -s "$T/t" root/lib/dir
ln -s /proc/self/root root/lib/magic
ln -s /real/b.py root/lib/inside.py
unchanged run 0,1 --root root /lib /lib/dir/secret.py "/lib/magic/$T/t/secret.py"
there "$(pyc root/lib/a.py)" "$(pyc root/lib/inside.py)"
[ "$(find root -name '*.pyc' | grep -c .)" = 2 ] || fail "$(find root)"
