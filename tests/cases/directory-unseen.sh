# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory that cannot be looked at is named: neither passed over in silence, nor taken for one that is not empty.
# slow
. "$LIB/case.sh"
need strace
own_state
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

# On another file system than the root, whose kind is asked for.
mkdir t
mount -t tmpfs pycsync t
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s/t]\n' "$T" | policy
tried=0
# every CALL PATH: each such call on the directory fails once; what is left undone is told of.
every() {
	n=1
	while [ $n -le 20 ]; do
		rm -rf t/*
		src t/keep.py
		fake_pyc t/gone/__pycache__/m.$TAG.pyc
		got=0
		strace -o trace -P "$2" -e trace="$1" -e inject="$1:error=EIO:when=$n" \
			"$PYCSYNC" sync --policy policy.yaml -j 1 >out 2>err || got=$?
		grep -q INJECTED trace || break
		want=0,1
		judge "$1 $n on $2"
		if [ $got = 0 ]; then
			absent t/gone
			check t
		else
			once "$T/t"
		fi
		tried=$((tried + 1))
		n=$((n + 1))
	done
}
for call in openat2 getdents64 fstatfs; do
	every $call "$T/t/gone"
	every $call "$T/t"
done
[ $tried -ge 8 ] || fail "$tried calls were tried"
