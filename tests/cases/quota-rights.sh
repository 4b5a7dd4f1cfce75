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
# By the very process, before its first work as the user.
awk -v user="setfsuid($NOBODY)" '
	/capset\(.*effective=/ && !/effective=[^,]*CAP_SYS_RESOURCE/ { dropped[$1] = 1 }
	index($0, user) { exit !dropped[$1] }
	END { if (!NR) exit 1 }' trace || fail "not given up: $(cat trace)"
grep -qF "setfsuid($NOBODY)" trace || fail "it did not work as the user"
