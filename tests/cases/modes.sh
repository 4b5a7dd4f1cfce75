# SPDX-License-Identifier: LGPL-2.1-or-later
# A pyc's mode is (source | 0200) & 0666, whatever the umask.
. "$LIB/case.sh"

modes() {
	find t -name '*.pyc' -printf '%f %m\n' | sed "s/.$TAG.pyc//; s/^m//" | sort
}
for mode in 400 444 600 640 644 664 666 700 755 777 4755 6711; do
	src t/m$mode.py
	chmod $mode t/m$mode.py
done
run 0 t
modes
for mask in 000 027 077 777; do
	rm -rf t/__pycache__ out
	umask $mask
	got=0
	"$PYCSYNC" sync --python "$PY" t >out 2>&1 || got=$?
	umask 022
	[ $got = 0 ] || fail "umask $mask: status $got"
	modes >$mask
	cmp 000 $mask || fail "umask $mask"
done
