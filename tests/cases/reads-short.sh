# SPDX-License-Identifier: LGPL-2.1-or-later
# A read that gives less than was asked for is not the end of a file: lists of packages, sources, pycs, policy and state
# mean the same.
. "$LIB/case.sh"
own_state
need gcc
not_with_asan "it reads by itself"
gcc -shared -fPIC -O1 -o short.so "$LIB/short.c" 2>/dev/null || skip "no shared object can be made here"

mkdir -p /var/lib/dpkg/info
"$PY" -I - "$(pyc "$T/t/theirs.py")" <<-'END' >/var/lib/dpkg/info/x.list
	import sys
	print("/.", *(f"/usr/share/doc/x/{i}" for i in range(9000)), sys.argv[1], sep="\n")
END
"$PY" -I -c 'print("x = \"", "y" * 300000, "\"", sep="")' >long
for way in whole short; do
	rm -rf t /var/lib/pycsync/*
	mkdir t
	for f in theirs ours gone; do cp long t/$f.py; done
	printf 'version: 1\ndefaults: {warnings: show}\n' | policy
	preload=
	[ $way = whole ] || preload=$T/short.so
	for step in first second; do
		[ $step = first ] || rm t/gone.py
		LD_PRELOAD=$preload "$PYCSYNC" sync -j 1 --python "$PY" --policy policy.yaml t >>$way 2>&1 || fail "$way: $(cat $way)"
	done
	touch -d 2001-01-01 t/ours.py
	LD_PRELOAD=$preload "$PYCSYNC" sync -j 1 --python "$PY" --policy policy.yaml --explain t >>$way 2>&1 || :
	LD_PRELOAD=$preload "$PYCSYNC" verify --python "$PY" --policy policy.yaml t >>$way 2>&1 || :
	absent "$(pyc t/theirs.py)"
	check --except "$T/t/theirs.py" t
done
cmp -s whole short || fail "$(diff whole short)"
