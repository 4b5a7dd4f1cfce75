#!/bin/sh
# pycsync is removed: what it made goes, bytecode that packages brought stays.
. "${0%/*}/../pacman.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
stage shipped-1
module shipped.py
(cd "$staged" && "$python" -I -S -m py_compile "$site/shipped.py")
package shipped 1
install lib-1 shipped-1
agree
there "$site/lib/__pycache__/mod.cpython-311.pyc"

remove pycsync
gone "$site/lib/__pycache__" usr/bin/pycsync usr/lib/pycsync usr/share/libalpm/hooks/*pycsync*
run_pacman -Qkk shipped
grep -q ', 0 altered files' "$log" || fail "altered files"
if hooked; then
	left=$(caches "/$site" "/$site311" /usr/lib/python3.11 | grep -v shipped)
	[ -z "$left" ] || fail "left behind: $left"
fi

# The system goes on without it, and it can come back.
remove lib
transact -U /t/in/pycsync-1.pkg.tar
[ "$rc" = 0 ] || fail "pacman -U: status $rc"
agree
there usr/lib/python3.11/__pycache__/ast.cpython-311.pyc
