# SPDX-License-Identifier: LGPL-2.1-or-later
# compile makes a __pycache__ nowhere but beside the source that it read, though the user exchanges the
# directory just before it is made.
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"
need strace

how="exchanged before mkdir"
src t/sub/a.py
src t/victim/a.py
own $EVE t
own 0 t/victim
look t/victim >before
# The call is held for longer than it takes to get there.
echo 'sleep 1; cd t; as $EVE mv sub aside; as $EVE ln -s victim sub' | at result
try 0,1 strace -o trace -e trace=mkdir,mkdirat -e inject=mkdir,mkdirat:delay_enter=3000000 \
	"$PROGRAM" compile -q --python "$PY" t/sub
did result
grep -q 'mkdir.*__pycache__' trace || fail "the attack proves nothing"
same t/victim
# It went on where it had begun.
# shellcheck disable=SC2154 # set by try
[ "$got" = 0 ] || wrong "$how: $(cat out)"
[ -e "$(pyc t/aside/a.py)" ] || wrong "$how: there is no pyc"

# What cannot be made is named.
src made/a.py
try 1 strace -o trace -e trace=mkdir,mkdirat -e inject=mkdir,mkdirat:error=EROFS \
	"$PYCSYNC" compile -q --python "$PY" made
says "OSError: [Errno 30] Read-only file system: 'made/__pycache__'"
verdict
