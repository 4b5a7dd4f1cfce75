# SPDX-License-Identifier: LGPL-2.1-or-later
# A full disk: status 1 with the path, old caches intact, no temporary, what still fits is done.
. "$LIB/case.sh"
need_root
need unshare
unshare -m true 2>err || skip "no mount namespaces: $(cat err)"

cat >inside <<-'END'
	. "$LIB/case.sh"
	mkdir t
	mount -t tmpfs -o size=256k,mode=755 tmpfs t
	src t/old.py 'x = "old"'
	mkdir t/__pycache__
	run 0 t
	settle
	bulk t 3
	cat t/m0.py t/m1.py t/m2.py >t/old.py
	touch -d @1234567890 t/old.py
	cp "$(pyc t/old.py)" old
	dd if=/dev/zero of=t/filler bs=4k status=none 2>err || :
	dd if=/dev/null of=t/filler bs=4k seek=$(($(stat -c %s t/filler) / 4096 - 1)) status=none
	run 1 t
	once "$T/t/old.py"
	[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "$(find t)"
	check --loads t
	cmp old "$(pyc t/old.py)" || fail "the old pyc is damaged"
	rm t/filler
	run 0 t
	check t
END
unshare -m sh inside
