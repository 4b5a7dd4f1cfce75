# SPDX-License-Identifier: LGPL-2.1-or-later
# What CPython says of a source, and could not be had for once, is asked for again by the next run.
. "$LIB/case.sh"
need strace
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

mkdir -p t/var/lib/pycsync
src t/usr/bad.py 'def f(:'
places=$("$PY" -c 'import traceback as t; print("-P", t.__file__, "-P", t.__spec__.cached)')
got=0 want=1
# shellcheck disable=SC2086
strace -f -o trace $places -e trace=openat -e inject=openat:error=EIO \
	"$PYCSYNC" sync --root t --python "$PY" -j 1 /usr >out 2>err || got=$?
grep -q INJECTED trace || fail "no file was opened"
judge "without traceback"
once "/usr/bad.py:1: invalid syntax (bad.py, line 1)"
run 1 --root t /usr
once "/usr/bad.py:1: SyntaxError: "
