# SPDX-License-Identifier: LGPL-2.1-or-later
# Killed at each system call that touches the disk: every pyc is old or new, and the next run leaves
# nothing behind.
# slow
. "$LIB/case.sh"
need strace

calls=openat,openat2,write,pwrite64,writev,ftruncate,fsync,fdatasync,fchmod,fchmodat,fchown,fchownat
calls=$calls,close,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdirat,utimensat
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
traced() {
	strace -o all -y -e trace=$calls "$@" "$PYCSYNC" sync -j 1 --python "$PY" t >out 2>err || :
	grep -v '^[-+]' all >trace
}
prepare() {
	rm -rf t
	src t/gone.py
	src t/a.py 'x = "old"'
	cp -r cache t/__pycache__
	touch -d @1 t/a.py
	rm t/gone.py
	src t/new/b.py
}
src t/gone.py
src t/a.py 'x = "older"'
run 0 t
cp -r t/__pycache__ cache
prepare
traced
check t
first=$(grep -n "$T/t" trace | head -n 1 | cut -d: -f1)
last=$(grep -n __pycache__ trace | tail -n 1 | cut -d: -f1)
[ "$last" -gt "$first" ] || fail "nothing was traced"
step=$(((last - first) / 18 + 1))
n=$first
while [ "$n" -le "$last" ]; do
	prepare
	traced -e inject=$calls:signal=KILL:when=$n
	check --loads t
	run 0 t
	check t
	n=$((n + step))
done
