# SPDX-License-Identifier: LGPL-2.1-or-later
# A new __pycache__ is as open as its parent, and never more, whatever the umask.
. "$LIB/case.sh"

for mask in 000 077; do
	for mode in 755 700 750 711 775 777 1777; do
		src t/$mask/$mode/a.py
		chmod $mode t/$mask/$mode
	done
	rm -f out
	umask $mask
	got=0
	"$PYCSYNC" sync --python "$PY" t/$mask >out 2>&1 || got=$?
	umask 022
	[ $got = 0 ] || fail "status $got"
	for mode in 755 700 750 711 775 777 1777; do
		mode_got=$(stat -c %a t/$mask/$mode/__pycache__)
		extra=$((0$mode_got & ~0$mode & 0777))
		[ $extra = 0 ] || fail "umask $mask: $mode_got in $mode"
	done
	[ "$(stat -c %a t/$mask/755/__pycache__)" = 755 ] || fail "umask $mask: not 755"
	check t/$mask
done
