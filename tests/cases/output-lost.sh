# SPDX-License-Identifier: LGPL-2.1-or-later
# Whatever command it is: output that is lost is told of, and status 1.
. "$LIB/case.sh"

mkdir t
src usr/lib/python3.11/site-packages/a.py
# lost ARGUMENT...
lost() {
	got=0
	"$PYCSYNC" "$@" >/dev/full 2>err || got=$?
	[ $got = 1 ] || fail "status $got: $*"
	echo "$*" >>err
	once "standard output: No space left on device"
}
lost --help
lost --version
lost sync --help
lost sync --python "$PY" t
lost clean t
lost verify --python "$PY" t
lost interpreters
lost policy show
lost policy explain usr/lib/python3.11/site-packages/a.py
lost stage --python "$PY" "$T"
lost stage --canonicalize-only "$T"
