# SPDX-License-Identifier: LGPL-2.1-or-later
# Interpreters are asked one after the other where there may be no more than one further process, and the worker that is
# kept is not in the way.
. "$LIB/case.sh"
own_state # no databases: the thread that reads them is a process, too
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
not_with_asan "the copies have no library of the sanitizer"

WHO=63333 # nobody else's: the limit is for all processes of a user
src t/a.py
for copy in 1 2 3; do # the name does not tell what it is
	mkdir -p $copy/bin $copy/lib
	cp "$static" $copy/bin/python3.99
	ln -s /usr/lib/python3.11 $copy/lib/python3.11
done
as_nobody test -x "$PYCSYNC" || skip "an ordinary user cannot reach $PYCSYNC"
chown -R $WHO:$WHO t
want=0 got=0
setpriv --reuid=$WHO --regid=$WHO --clear-groups \
	sh -c 'ulimit -p 2 2>/dev/null || ulimit -u 2; exec "$@"' - "$PYCSYNC" sync -j 1 \
	--python 1/bin/python3.99 --python 2/bin/python3.99 --python 3/bin/python3.99 t >out 2>err || got=$?
judge "two processes"
[ ! -s err ] || fail "said"
check t
