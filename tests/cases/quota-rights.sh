# SPDX-License-Identifier: LGPL-2.1-or-later
# Where root works as the user who owns a directory, the kernel minds that user's quota: the right to pass over it
# goes before anything is done as the user.
. "$LIB/case.sh"
need_root
need strace
need_64_bits
"$PY" -I "$LIB/in_userns.py" 65536 true || skip "no user namespaces"

export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
src t/a.py
chown -R $NOBODY:$NOBODY t
chmod 755 .
strace -f -o trace -e trace=capset,setfsuid "$PY" -I "$LIB/in_userns.py" 65536 "$PYCSYNC" sync -j 1 --python "$PY" t >out 2>err ||
	fail "it failed"
check t
grep -n "setfsuid($NOBODY)" trace | head -n 1 | cut -d: -f1 >as
grep -n 'capset(.*effective=' trace | grep -v 'effective=[^,]*CAP_SYS_RESOURCE' | head -n 1 | cut -d: -f1 >dropped
[ -s as ] && [ -s dropped ] && [ "$(cat dropped)" -lt "$(cat as)" ] || fail "not given up: $(cat trace)"
