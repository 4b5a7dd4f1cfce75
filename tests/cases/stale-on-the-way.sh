# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that is a link is another one when any link on the way was changed, or what is mounted there, though mtime
# and size are the same: times tell of links, and the memory tells of the rest.
. "$LIB/case.sh"
own_state

# settled: what is made next is later than all that is there.
settled() {
	sleep 0.05
}

# value: what a Python that runs the pyc finds in t/a.py.
value() {
	"$PY" -I -B -c 'import sys; sys.path.insert(0, sys.argv[1]); import a; print(a.x)' "$1"
}

mkdir t one two
src one/a.py 'x = 1'
src two/a.py 'x = 2'
touch -d @1600000000 one/a.py two/a.py
ln -s one current
ln -s ../current/a.py t/a.py
ln -s "$T/one/a.py" choice
for state in without with; do
	rm -rf /var/lib/pycsync
	[ $state = without ] || mkdir /var/lib/pycsync
	# As `current` is.
	settled
	ln -sfn one current
	ln -sfn ../current/a.py t/a.py
	settled
	run 0 t
	run 0 t
	says '0 compiled'
	settled
	ln -sfn two current
	run 0 --explain t
	says 'compile '
	[ "$(value t)" = 2 ] || fail "a link in the middle, $state state: stale"
	run 0 t
	says '0 compiled'
	# As update-alternatives has it.
	ln -sfn "$T/one/a.py" choice
	ln -sfn ../choice t/a.py
	settled
	run 0 t
	settled
	ln -sfn "$T/two/a.py" choice
	# A time alone is a doubt.
	[ $state = without ] || try 1 "$PYCSYNC" verify --python "$PY" t
	run 0 t
	says '1 compiled'
	[ "$(value t)" = 2 ] || fail "alternatives, $state state: stale"
	try 0 "$PYCSYNC" verify --python "$PY" t
done

# What Python wrote since is no doubt: its source is not read again in each run.
if command -v strace >/dev/null; then
	src t/b.py 'x = 1'
	run 0 t
	settled
	src t/b.py 'x = 22'
	touch -d @1600000001 t/b.py
	"$PY" -I -m compileall -q t/b.py
	strace -f -o trace -e trace=openat "$PYCSYNC" sync --python "$PY" t >out 2>err || fail "it failed"
	says '0 compiled'
	! grep -q '"b\.py"' trace || fail "read: $(grep '"b\.py"' trace)"
fi

# Another lower layer: no time tells of it.
mkdir -p upper work merged low.1/t low.2/t
src low.1/t/a.py 'x = 1'
src low.2/t/a.py 'x = 2'
touch -d @1600000000 low.1/t/a.py low.2/t/a.py
mount -t overlay overlay -o lowerdir=low.1,upperdir=upper,workdir=work merged 2>err || skip "no overlay: all else passed"
settled
run 0 merged/t
umount merged
mount -t overlay overlay -o lowerdir=low.2,upperdir=upper,workdir=work merged
try 1 "$PYCSYNC" verify --python "$PY" merged/t
run 0 merged/t
says '1 compiled'
[ "$(value merged/t)" = 2 ] || fail "overlay: stale"
