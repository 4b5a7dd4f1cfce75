# SPDX-License-Identifier: LGPL-2.1-or-later
# When pycsync itself is killed its workers end within three seconds, even in mid-compilation.
. "$LIB/case.sh"

slow_src t/slow.py 2>err || { mkdir t && slow_src t/slow.py; }
src t/a.py
try 137 "$PY" -I "$LIB/proc.py" --signal KILL --within 1 --gone 3 \
	"$PYCSYNC" sync --python "$PY" -j 2 t
rm t/slow.py
run 0 t
check t
