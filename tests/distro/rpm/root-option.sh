#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# rpm --root: packages, pycsync among them, in a root of their own; nothing outside of it changes.
. "${0%/*}/../rpm.sh"

# A system within the root: what pycsync and the interpreter need, from the system that this one is.
root=/t/root
mkdir -p $root/usr/bin $root/usr/lib $root/usr/lib64 $root/proc $root/dev $root/tmp $root/var/tmp $root/etc
ln -s usr/bin usr/lib usr/lib64 $root
cp /bin/sh $root/usr/bin
cp "$(realpath "$python")" $root/usr/bin/python3.11
mkdir -p $root/usr/lib/python3.11
cp -a /usr/lib/python3.11/. $root/usr/lib/python3.11
for f in "$(realpath "$python")" /bin/sh "$(command -v rpm)"; do
	ldd "$f" | grep -o '/[^ ]*'
done | sort -u >/t/libraries
ldconfig -p | grep -o '/.*/lib\(yaml-0\|seccomp\|rpm\|pcre2-8\)\.so\.[0-9]*$' >>/t/libraries
# shellcheck disable=SC2013 # no blanks in these
for f in $(cat /t/libraries); do
	mkdir -p "$root/$(dirname "$(realpath "$(dirname "$f")")/x")"
	cp -L "$f" "$root/$(realpath "$(dirname "$f")")/"
done
mknod -m 666 $root/dev/null c 1 3 || skip "no device files can be made here"

: >"$record"
rooted() {
	run_rpm --root $root "$@"
	must_succeed
}

find /usr/lib/python3 /usr/lib/python3.11 /var/lib/pycsync -printf '%p %i %C@\n' 2>/dev/null | sort >/t/before
library lib 1 lib/__init__.py lib/mod.py lib/dropped/mod.py
library lib 2 lib/__init__.py lib/mod.py
rooted --nodeps -i /t/in/pycsync-1.rpm
rooted -U /t/lib-1.rpm
rooted -U /t/lib-2.rpm
if hooked; then
	for m in __init__ mod; do
		[ -s "$root/$site/lib/__pycache__/$m.cpython-311.pyc" ] || fail "no cache of $m"
	done
	chroot $root /usr/bin/python3.11 -B -c "
import sys; sys.path.append('/$site')
import lib.mod as m; assert m.__spec__.cached == getattr(m, '__cached__', m.__spec__.cached) and 'of 2' in m.value, m
" || fail "it cannot be imported"
	[ ! -e "$root/$site/lib/dropped" ] || fail "dropped is still there"
fi
rpm --root $root -Va --nodeps >/t/verify 2>&1
[ ! -s /t/verify ] || fail "rpm -Va: $(cat /t/verify)"
rooted -e pycsync
[ -z "$(find "$root/$site" -name __pycache__)" ] || fail "left behind"
rooted -e lib
[ ! -e "$root/$site/lib" ] || fail "lib is still there"
find /usr/lib/python3 /usr/lib/python3.11 /var/lib/pycsync -printf '%p %i %C@\n' 2>/dev/null | sort >/t/after
diff /t/before /t/after || fail "the trees outside have changed"
