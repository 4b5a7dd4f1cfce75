# SPDX-License-Identifier: LGPL-2.1-or-later
# An ordinary user's runs have a memory and marks of their own, in the user's directory for state; root never
# looks at it. Without one, things are slower and not wrong.
# slow
. "$LIB/case.sh"

mkdir t home
src t/a.py
src t/bad.py 'def f(:'
give_away t home
export HOME="$T/home"
unset XDG_STATE_HOME
HOME_STATE=home/.local/state/pycsync
# user STATUS ARGUMENT...: pycsync sync as that user.
user() {
	wanted=$1
	shift
	try "$wanted" as_nobody "$PYCSYNC" sync --python "$PY" "$@"
}

# What changes nothing makes nothing.
user 0 -n t
try 1 as_nobody "$PYCSYNC" verify --python "$PY" t
absent home/.local

# A memory: failures, the very files, and what has the same bytes.
user 1 --json t
totals compiled=1 failed=1
there $HOME_STATE/memory
[ "$(stat -c %a home/.local $HOME_STATE $HOME_STATE/memory | xargs)" = "700 700 600" ] || fail "modes"
absent $HOME_STATE/unfinished*
settle
touch -d @1600000100 t/a.py t/bad.py
user 1 --json t
totals compiled=0 restamped=1 failed=1
user 0,1 -n --explain t/bad.py
says 'the source no longer compiles'
rm t/bad.py
# The bytes are the same, but who may read them are others.
settle
chmod 640 t/a.py
user 0 --json t
totals compiled=0 restamped=1 fresh=0
says 'permissions or owner are not those of the source'
[ "$(stat -c %a "$(pyc t/a.py)")" = 640 ] || fail "mode of the pyc"
check t
settle
touch -d @1600000100 t/a.py
user 0 --json t
totals compiled=0 restamped=0 fresh=1
try 0 as_nobody "$PYCSYNC" clean --made t
absent t/__pycache__

# Another place, by an absolute path alone.
export XDG_STATE_HOME="$T/home/other"
user 0 t
there home/other/pycsync/memory
export XDG_STATE_HOME=relative
settle
touch -d @1600000200 t/a.py
rm -r home/other
user 0 --json t
totals compiled=1
absent relative t/relative home/other
unset XDG_STATE_HOME
settle
touch -d @1600000300 t/a.py
HOME='' user 0 --json t
HOME=/nonexistent user 0 t
(
	unset HOME
	user 0 t
) || exit 1

# Several roots, in one memory.
for r in one two; do
	src roots/$r/usr/m.py "x = '$r'"
done
give_away roots
for r in one two; do
	user 0 --root roots/$r /usr
done
settle
touch -d @1600000400 roots/*/usr/m.py
for r in one two; do
	user 0 --json --root roots/$r /usr
	totals compiled=0 restamped=1
	check --root roots/$r roots/$r/usr
done
absent roots/one/var
# Where a root has a directory for state that is the user's, it is the root's.
as_nobody mkdir -p roots/one/var/lib/pycsync
user 0 --json --root roots/one /usr
touch -d @1600000500 roots/one/usr/m.py
user 0 --json --root roots/one /usr
there roots/one/var/lib/pycsync/memory
rm roots/one/var/lib/pycsync/memory
chmod 777 roots/one/var/lib/pycsync
touch -d @1600000550 roots/one/usr/m.py
user 0 --json --root roots/one /usr
absent roots/one/var/lib/pycsync/memory

# A run that is killed is finished by the next one on its root.
src t/p/x.py
src roots/two/t/p/x.py
give_away t roots
killed() {
	slow_src "$1/slow.py" 40000
	chmod a+r "$1/slow.py"
	shift
	set -- "$PYCSYNC" sync --python "$PY" -j 1 "$@"
	! is_root || set -- setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups "$@"
	"$@" >/dev/null 2>&1 &
	main=$!
	tries=0
	until ls $HOME_STATE/unfinished* >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 500 ] || fail "no mark was set"
		sleep 0.01
	done
	kill -9 $main
	wait $main || :
}
killed roots/two/t --root roots/two /t/p /t/slow.py
rm roots/two/t/slow.py
rm -rf roots/two/t/p/__pycache__
user 0 t/a.py
absent t/p/__pycache__ roots/two/t/p/__pycache__
there $HOME_STATE/unfinished*
user 0 --root roots/two /usr/m.py
there "$(pyc roots/two/t/p/x.py)"
absent $HOME_STATE/unfinished*
killed t t/p t/slow.py
rm t/slow.py
rm -rf t/p/__pycache__
user 0 t/a.py
there "$(pyc t/p/x.py)"
absent $HOME_STATE/unfinished*

# It is written anew when it has grown, without what is gone, and with what is of other roots; what a killed run
# left there half written goes.
rm -r t/p roots/one
"$PY" -I -c 'for i in range(3000): open(f"t/m{i}.py", "w").write(f"x = {i}")'
give_away t
as_nobody touch $HOME_STATE/.pycsync-0123456789abcdef.tmp
user 0 -q t
absent $HOME_STATE/.pycsync-0123456789abcdef.tmp
grep -q "$T/roots/two/usr" $HOME_STATE/memory || fail "the other root is forgotten"
! grep -qE "$T/(t/p|roots/one)" $HOME_STATE/memory || fail "what is gone is not forgotten"
rm t/m*.py
user 0 -q t

# Where others may write it is not used, and it is as before.
rm $HOME_STATE/memory
for mode in 770 707; do
	chmod $mode $HOME_STATE
	settle
	touch -d @1600000$mode t/a.py
	user 0 --json t
	totals compiled=1
	[ ! -s err ] || fail "$(cat err)"
	user 0 -v t/a.py
	once "$T/$HOME_STATE is not used"
	absent $HOME_STATE/memory
done
chmod 700 $HOME_STATE

# A home that is read-only.
rmdir $HOME_STATE
chmod 555 home/.local/state
settle
touch -d @1600000700 t/a.py
user 0 -v t/a.py
[ -w home/.local/state ] || once "$T/$HOME_STATE is not used"
chmod 755 home/.local/state
user 0 t/a.py

# Root has no part in it.
is_root || exit 0
rm -rf $HOME_STATE
settle
touch -d @1600000800 t/a.py
XDG_STATE_HOME="$T/home/root" run 0 --root roots/two /usr
run 0 t
absent $HOME_STATE home/root
# A directory that is another user's is not used either.
mkdir -p $HOME_STATE
settle
touch -d @1600000900 t/a.py
user 0 --json t
totals compiled=1
absent $HOME_STATE/memory

# A full one.
unshare -m true 2>err || exit 0
cat >inside <<-'END'
	. "$LIB/case.sh"
	mount -t tmpfs -o size=64k,mode=755 tmpfs home
	give_away home
	as_nobody mkdir -p home/.local/state/pycsync
	dd if=/dev/zero of=home/filler bs=4k status=none 2>err || :
	touch -d @1600001000 t/a.py
	try 0 as_nobody "$PYCSYNC" sync --python "$PY" t/a.py
	once "the memory of what was made cannot be written"
	check t
END
unshare -m sh inside
