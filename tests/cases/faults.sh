# SPDX-License-Identifier: LGPL-2.1-or-later
# A failing write, fsync, close or rename on a pyc: status 1 with the path, the old pyc intact, no
# temporary.
# slow
. "$LIB/case.sh"
need strace

export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
src t/a.py 'x = "old"'
run 0 t
cp "$(pyc t/a.py)" old
traced() {
	cp old "$(pyc t/a.py)"
	settle
	src t/a.py 'x = "new"'
	want=$1 got=0
	shift
	strace -y -o trace "$@" "$PYCSYNC" sync --python "$PY" -j 1 t >out 2>err || got=$?
	judge "strace $*"
}
tried=0
# fault CALL ERROR PATTERN: let the first such call on a temporary that the pattern finds fail.
fault() {
	traced 0 -e trace=$1
	n=$(grep "^$1(" trace | grep -n "$3" | grep -v "$T/$(pyc t/a.py)>" | head -n 1 | cut -d: -f1)
	[ -n "$n" ] || return 0
	tried=$((tried + 1))
	traced 1 -e trace=$1 -e inject=$1:error=$2:when=$n
	grep INJECTED trace | grep -q "$3" || fail "another call was hit: $(grep INJECTED trace)"
	once "$T/t/a.py"
	cmp old "$(pyc t/a.py)" || fail "$1: the old pyc is damaged"
	[ "$(ls t/__pycache__)" = a.$TAG.pyc ] || fail "$1: $(ls t/__pycache__)"
}
inside="^[a-z0-9]*([0-9]*<$T/t/__pycache__/[^>]"
for call in write pwrite64 writev; do
	fault $call ENOSPC "$inside"
	fault $call EIO "$inside"
done
[ $tried -gt 0 ] || fail "no write to a pyc was seen"
fault fsync EIO "$inside"
fault fdatasync EIO "$inside"
fault fchmod EPERM "$inside"
before=$tried
fault close EIO "$inside"
fault close ENOSPC "$inside"
[ $tried -gt $before ] || fail "no close of a pyc was seen"
before=$tried
for call in rename renameat renameat2 linkat; do
	fault $call EIO a.$TAG.pyc
	fault $call ENOSPC a.$TAG.pyc
done
[ $tried -gt $before ] || fail "no rename was seen"
run 0 t
check t
