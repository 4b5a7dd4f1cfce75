# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that is too deep for the parser, which is a MemoryError with a text from 3.12 on: nobody blames the policy's
# limit, and the worker stays.
. "$LIB/case.sh"
need strace

printf 'version: 1\ndefaults: {optimize: [0, 1, 2]}\n' | policy
src t/a.py
src t/z.py
"$PY" -I -c 'print("x = " + "-" * 100000 + "1")' >t/deep.py
tried=
for python in "$PY" $(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : ' '); do
	"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 12))' || continue
	rm -rf t/__pycache__
	try 1 strace -f -qq -e trace=execve -o trace "$PYCSYNC" sync -j1 --python "$python" --policy policy.yaml t
	once "$T/t/deep.py: MemoryError: Parser stack overflowed"
	! grep 'limits.memory' err || fail "$python: the limit is blamed"
	n=$(grep -c 'execve(.*pycsync-worker' trace) || :
	[ "$n" = 1 ] || fail "$n workers for $python"
	tried=yes
done
[ "$tried" ] || skip "needs CPython 3.12 or newer"
