# SPDX-License-Identifier: LGPL-2.1-or-later
# A few power cuts on ext4: each pyc is old or new, and the next run makes all right. Without fsync it is not so.
# slow
. "$LIB/case.sh"
need_root
not_with_asan "a library is loaded before it"

status=0
PYCSYNC_PYTHON=$PY "$LIB/../powercut/run" --cuts 4 ext4 >out 2>err || status=$?
[ $status != 77 ] || skip "$(tail -n 1 out)"
[ $status = 0 ] || fail "status $status"
says "2 tries, 2 passed"
