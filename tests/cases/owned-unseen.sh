# SPDX-License-Identifier: LGPL-2.1-or-later
# Where the real path of a directory cannot be had, nobody knows whose it is: what is in it is left, and that is told.
. "$LIB/case.sh"
need strace
need_root
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

src t/opt/real/a.py
fake_pyc "t/opt/real/__pycache__/a.$TAG.pyc"
fake_pyc "t/opt/real/__pycache__/gone.$TAG.pyc"
cp "$(pyc t/opt/real/a.py)" shipped
printf '%s\n' /opt/real/a.py "/opt/real/__pycache__/a.$TAG.pyc" "/opt/real/__pycache__/gone.$TAG.pyc" >list
listed t
mkdir t/opt/apps
ln -s ../real t/opt/apps/link
settle
src t/opt/real/a.py 'x = 2'
places=$(seq -f '-P /proc/self/fd/%g' 3 30)
for error in EIO ENOMEM EACCES; do
	got=0 want=1
	# shellcheck disable=SC2086
	strace -o trace $places -e trace=readlink -e inject=readlink:error=$error \
		"$PYCSYNC" sync --root t --python "$PY" -j 1 /opt/apps/link >out 2>err || got=$?
	grep -q INJECTED trace || fail "no link was read"
	judge "$error"
	grep -q "its real path cannot be had\|databases cannot be read\|/opt/apps/link: " err || fail "it is not told"
	cmp -s shipped "$(pyc t/opt/real/a.py)" || fail "a package's pyc was written"
	there "t/opt/real/__pycache__/gone.$TAG.pyc"
done
run 0 --root t /opt/apps/link
cmp shipped "$(pyc t/opt/real/a.py)" || fail "a package's pyc was written"
there "t/opt/real/__pycache__/gone.$TAG.pyc"

# Not every link in / and /usr leads to a directory, and not every directory is in one.
ln -s nowhere t/usr
ln -s loop t/loop
src t/top.py
run 0 --root t /
there "$(pyc t/top.py)"
