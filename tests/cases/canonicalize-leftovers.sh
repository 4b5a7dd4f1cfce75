# SPDX-License-Identifier: LGPL-2.1-or-later
# The temporary of a run of stage --canonicalize-only that was killed goes with the next one; a dry run leaves it.
. "$LIB/case.sh"

src t/usr/lib/a.py
"$PY" -m py_compile t/usr/lib/a.py
left=t/usr/lib/__pycache__/.pycsync-0123456789abcdef.tmp
: >$left
try 0 "$PYCSYNC" stage --canonicalize-only -n t
there $left
try 0 "$PYCSYNC" stage --canonicalize-only t
absent $left
there "$(pyc t/usr/lib/a.py)"
