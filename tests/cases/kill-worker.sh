# SPDX-License-Identifier: LGPL-2.1-or-later
# A worker that dies is replaced and its file tried once more; a file that takes down two is
# reported, and the rest is done.
# slow
. "$LIB/case.sh"

bulk t 4
slow_src t/slow.py 9000
proc() {
	"$PY" -I "$LIB/proc.py" --signal KILL --to worker "$@"
}
try 0 proc --within 20 "$PYCSYNC" sync --python "$PY" -j 1 t
check t
rm -r t/__pycache__
slow_src t/slow.py
try 1 proc --times 2 --within 10 "$PYCSYNC" sync --python "$PY" -j 2 t
once "$T/t/slow.py"
check --except "$T/t/slow.py" t
