# SPDX-License-Identifier: LGPL-2.1-or-later
# Root without the right to act as others: a user's directory fails as a whole, the message says why, and all else is
# done.
. "$LIB/case.sh"
need_root

src t/mine/a.py
for i in 1 2 3; do
	src t/hers/m$i.py "x = $i"
done
src t/hers/root/a.py
chown $NOBODY:$NOBODY t/hers t/hers/*.py
# denied CAPABILITIES STATUS ARGUMENT...
denied() {
	caps=$1 wanted=$2
	shift 2
	try "$wanted" setpriv --bounding-set="$caps" "$PYCSYNC" "$@" --python "$PY"
}
for caps in -setuid -setgid -setuid,-setgid; do
	find t -depth -name __pycache__ -exec rm -r {} +
	denied $caps 1 sync --json t
	totals compiled=2 failed=1
	once "$T/t/hers: it is another user's, and root cannot act as that user here: CAP_SETUID or CAP_SETGID is missing,"
	[ "$(wc -l <err)" = 1 ] || fail "said more"
	absent t/hers/__pycache__
	denied $caps 1 sync t/hers/m1.py t/hers/m2.py
	[ "$(wc -l <err)" = 1 ] || fail "said more"
done
denied -setuid 1 verify t
[ "$(grep -c "$T/t/hers: it is another user's" out)" = 1 ] || fail "verify: $(cat out)"
says "1 errors, 0 warnings"
run 0 t
check t
rm t/hers/m1.py
denied -setuid 1 sync t
[ "$(wc -l <err)" = 1 ] || fail "said more"
there "$(pyc t/hers/m1.py)"
