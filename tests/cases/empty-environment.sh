# SPDX-License-Identifier: LGPL-2.1-or-later
# Not even PATH or HOME is needed.
. "$LIB/case.sh"

src t/a.py
src t/é.py 'x = "é"'
try 0 env -i ${ASAN_OPTIONS+"ASAN_OPTIONS=$ASAN_OPTIONS"} ${UBSAN_OPTIONS+"UBSAN_OPTIONS=$UBSAN_OPTIONS"} \
	"$PYCSYNC" sync --python "$PY" "$T/t"
check t
