# SPDX-License-Identifier: LGPL-2.1-or-later
# A FIFO, socket, device or directory called x.py is never opened to wait on; the rest is done.
. "$LIB/case.sh"

src t/good.py
src t/dir.py/inner.py
mkfifo t/fifo.py
ln -s fifo.py t/fifolink.py
"$PY" -I -c 'import socket; socket.socket(socket.AF_UNIX).bind("t/socket.py")'
if is_root; then
	mknod t/zero.py c 1 5
	mknod t/tty.py c 4 0
fi
run 0,1 --json t
totals compiled=2
there "$(pyc t/good.py)" "$(pyc t/dir.py/inner.py)"
[ "$(find t -name '*.pyc' | grep -c .)" = 2 ] || fail "$(find t)"
unchanged run 0,1 t/fifo.py t/socket.py t/dir.py t/fifolink.py
if [ "$got" = 1 ]; then
	once "$T/t/fifo.py"
	once "$T/t/socket.py"
fi
