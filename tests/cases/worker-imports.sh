# SPDX-License-Identifier: LGPL-2.1-or-later
# What words warnings is loaded where there are any, and not to compile what has none.
# slow
. "$LIB/case.sh"
need strace
not_with_asan "LeakSanitizer cannot be traced"

src t/good.py
src t/warns.py 'x = 1' 'y = x is 1'
unwanted='tokenize|re|enum'
# From 3.13 on, Python itself loads it for the text of -c.
"$PY" -I -S -c 'import sys; sys.exit("linecache" in sys.modules)' && unwanted="$unwanted|linecache"
# From 3.15 on, it comes from no file.
frozen=$("$PY" -I -S -c 'import linecache; print("yes" * (linecache.__spec__.origin == "frozen"))')
for python in "$PY" $(find /usr/lib -maxdepth 2 -name "libpython3.${TAG#cpython-3}.so.1.0"); do
	# traced FILE: it is compiled with warnings kept, and $T/trace tells which files were opened.
	traced() {
		rm -f trace.*
		try 0 strace -ff -qq -e trace=open,openat,openat2 -o trace "$PYCSYNC" compile -f -q --python "$python" "$1"
	}
	traced t/good.py
	[ ! -s err ] || fail "$(cat err)"
	! grep -hE "/($unwanted)\\b" trace.* || fail "$python: it was loaded"
	traced t/warns.py
	once 't/warns.py:2: SyntaxWarning: "is" with'
	once '  y = x is 1'
	[ "$frozen" ] || grep -qE '/linecache\b' trace.* || fail "$python: nothing tells what to look for"
done
