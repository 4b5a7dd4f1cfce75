# SPDX-License-Identifier: LGPL-2.1-or-later
# Levels that are one file: a change of its names tells nothing of when it was written.
. "$LIB/case.sh"

command -v strace >/dev/null || skip "no strace"
printf 'version: 1\ndefaults: {optimize: [0, 1]}\n' | policy
go() {
	try "$1" "$PYCSYNC" sync --root t --policy policy.yaml --json /usr
}
value() {
	(cd t/usr && "$PY" -I -S "$@" -c 'import sys; sys.path.insert(0, "."); import mod; print(mod.x)')
}
# another TEXT: in the source, and neither its size nor its mtime tell.
another() {
	settle
	src t/usr/mod.py "x = '$1'"
	touch -d @1600000000 t/usr/mod.py
}
round() {
	another one
	go 0
	[ "$(stat -c %h "$(pyc t/usr/mod.py)")" = 2 ] || fail "the levels are not one file"
	# Killed before the second level has its name.
	another two
	strace -f -o /dev/null -e trace=linkat -e inject=linkat:signal=KILL:when=1 \
		"$PYCSYNC" sync --root t --policy policy.yaml /usr >out 2>&1 && fail "it was not killed"
	go 0
	[ "$(value) $(value -O)" = "two two" ] || fail "stale: $(value) $(value -O)"
}
mkdir -p t/usr
round
mkdir -p t/var/lib/pycsync
rm -r t/usr/__pycache__
round
# One of the names goes by itself.
another six
rm "$(pyc t/usr/mod.py)"
go 0
[ "$(value) $(value -O)" = "six six" ] || fail "stale: $(value) $(value -O)"
