# SPDX-License-Identifier: LGPL-2.1-or-later
# When a cache cannot be opened, read or removed, it is said, and the rest is done.
# slow
. "$LIB/case.sh"
need strace

export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
faulty() {
	got=0
	strace -o trace -P "$1" -P "${1##*/}" -e trace=%file,read,pread64 -e inject=$2:error=$3 \
		"$PYCSYNC" sync --python "$PY" -j 1 t >out 2>err || got=$?
	grep -q INJECTED trace || return 0
	want=0,1
	judge "$*"
	check --loads t
}
src t/a.py
src t/b.py
run 0 t
for error in EIO EMFILE ENOMEM EINTR EACCES; do
	settle
	touch t/b.py
	faulty "$T/t/a.py" openat,openat2,newfstatat,statx $error
	faulty "$T/$(pyc t/a.py)" openat,openat2,newfstatat,statx,read,pread64 $error
	faulty "$T/t/__pycache__" openat,openat2 $error
done
run 0 t
check t
