# SPDX-License-Identifier: LGPL-2.1-or-later
# One allocation that fails, whichever it is: the output is as ever, or a message and a status tell of it.
# slow
. "$LIB/case.sh"
need gcc
not_with_asan "it has an allocator of its own"
# As librpm does: it ends a program, or throws what nobody catches, where memory ends while it is loaded.
for db in /var/lib/rpm /usr/lib/sysimage/rpm /root/.rpmdb; do
	[ ! -e $db/rpmdb.sqlite ] || skip "$db is there, and librpm ends the program itself"
done
gcc -shared -fPIC -O1 -o nomem.so "$LIB/nomem.c" 2>/dev/null || skip "no shared object can be made here"

src t/a.py
src t/gone.py
src t/bad.py 'x = ='
run 1 t
rm t/gone.py
once_without() {
	got=0
	NOMEM_ONCE=1 NOMEM_FROM=$n LD_PRELOAD=$T/nomem.so "$@" >out 2>err 9>hit || got=$?
}
# each STATUS ARGUMENT...: fails a part of the allocations, and each of the last ones, which are for the output.
each() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" "$@"
	cp out out.ever
	cp err err.ever
	low=1 high=10000
	while [ $low -lt $high ]; do
		n=$(((low + high) / 2))
		once_without "$PYCSYNC" "$@"
		if [ "$(cat hit)" = y ]; then low=$((n + 1)); else high=$n; fi
	done
	[ $low -gt 100 ] || fail "$low allocations: $*"
	n=1
	while [ $n -lt $low ]; do
		once_without "$PYCSYNC" "$@"
		want=0,1,2
		judge "allocation $n: $*"
		if cmp -s err err.ever && ! grep -qE 'error (unreadable|not-examined)' out; then
			cmp -s out out.ever || fail "other output without a message, allocation $n: $*"
			[ $got = "$wanted" ] || fail "status $got without a message, allocation $n: $*"
		else
			[ $got != 0 ] || grep -q warning err || fail "status 0, allocation $n: $*"
		fi
		if [ $n -lt $((low - 60)) ]; then n=$((n + 23)); else n=$((n + 1)); fi
	done
}
each 0 sync -n -j 1 --python "$PY" t/a.py t/gone.py
each 0 sync -n --json -j 1 --python "$PY" t
each 1 sync --explain -j 1 --python "$PY" t/bad.py
each 0 clean -n t
each 1 verify -j 1 --python "$PY" t/a.py t/gone.py
