# SPDX-License-Identifier: LGPL-2.1-or-later
# Entries that are no regular files are never proof of an orphan.
. "$LIB/case.sh"

fake_pyc "$T/victim"
src t/good.py
mkdir t/__pycache__
ln -s "$T/victim" "$(pyc t/link.py)"
mkfifo "$(pyc t/fifo.py)"
mkdir "$(pyc t/dir.py)"
unchanged run 0,1 t/link.py t/fifo.py t/dir.py
there victim
run 0,1 -v t
there "$(pyc t/link.py)" "$(pyc t/fifo.py)" "$(pyc t/dir.py)" "$(pyc t/good.py)" victim
