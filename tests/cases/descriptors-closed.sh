# SPDX-License-Identifier: LGPL-2.1-or-later
# With any of the first three descriptors closed, no file gets what was meant for a terminal.
. "$LIB/case.sh"

src t/a.py
src t/b.py
src t/bad.py 'x = ('
one() {
	rm -rf t/__pycache__
	got=0
	"$@" || got=$?
	[ $got = 1 ] || fail "status $got"
	check --except "$T/t/bad.py" t
}
sync="$PYCSYNC sync --python $PY -v t"
one $sync <&- >out 2>err
one $sync >&- 2>err
one $sync >out 2>&-
one $sync <&- >&- 2>err
one $sync <&- >&- 2>&-
one $sync --json >&- 2>&-
for full in out err; do
	rm -rf t/__pycache__
	case $full in
	out) $sync >/dev/full 2>err && fail "output lost, status 0" ;;
	err) $sync >out 2>/dev/full && fail "a bad source, status 0" ;;
	esac
	check --except "$T/t/bad.py" t
done
