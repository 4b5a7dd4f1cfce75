# SPDX-License-Identifier: LGPL-2.1-or-later
# Memory that runs out, be it at the very first allocation, is said in a line and is status 1 or 2; in
# dpkg's trigger 0, as promised.
. "$LIB/case.sh"
need gcc
not_with_asan "it has an allocator of its own"
gcc -shared -fPIC -O1 -o nomem.so "$LIB/nomem.c" 2>/dev/null || skip "no shared object can be made here"

src t/a.py
printf 'version: 1\ntrees: [{path: %s/t}]\n' "$T" | policy
# without STATUS,... FROM ARGUMENT...: no allocation from this number on.
without() {
	wanted=$1
	from=$2
	shift 2
	try "$wanted" env NOMEM_FROM="$from" LD_PRELOAD="$T/nomem.so" "$PYCSYNC" "$@"
	[ -s err ] || fail "not a word without allocation $from: $*"
	[ ! -e t/__pycache__ ] || fail "something was made"
}
for from in 1 2 3 4 5 6 7 8 10 20 40 80 160 320; do
	echo t/a.py >list
	without 0 $from trigger dpkg --policy policy.yaml
	without 1,2 $from sync --python "$PY" --policy policy.yaml t
done
for from in 1 2 3 4; do
	without 1,2 $from sync --python "$PY" t
	without 1,2 $from trigger alpm-post <list
	without 1,2 $from clean t
	without 1,2 $from verify t
	without 1,2 $from compile t
	without 1,2 $from policy check
done
