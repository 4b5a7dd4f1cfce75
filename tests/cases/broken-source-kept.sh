# SPDX-License-Identifier: LGPL-2.1-or-later
# The old pyc of a source that does not compile any more, when it cannot be removed: that is said, and the next
# run removes it.
. "$LIB/case.sh"
need strace

export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
src t/a.py
run 0 t
settle
src t/a.py 'x ='
want=1 got=0
strace -o trace -P "$T/$(pyc t/a.py)" -P "a.$TAG.pyc" -e trace=unlinkat -e inject=unlinkat:error=EIO:when=1 \
	"$PYCSYNC" sync -j 1 --python "$PY" t >out 2>err || got=$?
grep -q INJECTED trace || fail "no removal was seen"
judge sync
once "$T/t/a.py: it does not compile, and its old pyc cannot be removed: Input/output error"
there "$(pyc t/a.py)"
run 1 t
once "SyntaxError"
absent "$(pyc t/a.py)"
