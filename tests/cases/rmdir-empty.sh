# SPDX-License-Identifier: LGPL-2.1-or-later
# A __pycache__ goes when nothing is left in it: where nothing in the directory compiles any more, and where the names
# of two sources' caches interleave. Links to directories and mount points stay.
. "$LIB/case.sh"

src t/bad/a.py
src t/mixed/a.py
src t/mixed/b.py
run 0 t
settle
echo 'x = (' >t/bad/a.py
echo 'x = (' >t/mixed/a.py
run 1 t
absent t/bad/__pycache__ "$(pyc t/mixed/a.py)"
there "$(pyc t/mixed/b.py)"
try 1 "$PYCSYNC" sync --python "$PY" --json t
totals directories=0 failed=2

src t/two/a.py
src t/two/a.cpython-312.py
run 0 t/two
fake_pyc t/two/__pycache__/a.cpython-312.pyc
rm t/two/*.py
run 0 t/two
absent t/two/__pycache__
mkdir -p t/list
src t/list/a.py
run 0 t/list
rm t/list/a.py
try 0 "$PYCSYNC" sync --python "$PY" --json --explain t/list/a.py t/list/__pycache__
[ "$(grep -c '"remove"' out)" = 1 ] || fail "$(cat out)"
# Through a link, the directory behind it may become empty. Where a tree is called as the link, both stay, as do the tops
# of all trees; in a tree that has the directory under its own name it goes, and the link alone stays.
mkdir t/links
src t/links/real/sub/a.py
src t/links/real/a.py
ln -s real t/links/link
policy <<-END
	version: 1
	trees: [{path: $T/t/links/link}]
END
run 0 t/links
rm t/links/real/a.py t/links/real/sub/a.py
run 0 --policy policy.yaml --json t/links/link/a.py t/links/real/sub/a.py
totals directories=3 failed=0
there t/links/link
absent t/links/real/__pycache__ t/links/real/sub
for _ in 1 2; do
	src t/links/real/a.py
	run 0 t/links/real
	rm t/links/real/a.py
	echo "$T/t/links/real/a.py" | trigger 0 alpm-post --policy policy.yaml --python "$PY"
	[ ! -s err ] || fail "words"
	there t/links/link t/links/real
done
policy <<-END
	version: 1
	trees: [{path: $T/t}]
END
src t/links/real/a.py
run 0 t/links/real
rm t/links/real/a.py
run 0 --policy policy.yaml --json t/links/link/a.py
totals directories=2 failed=0
there t/links/link
absent t/links/real

# What is mounted there stays, and is no failure.
is_root || exit 0
unshare --mount --propagation private true 2>/dev/null || exit 0
src t/mount/a.py
mkdir t/mount/__pycache__
unshare --mount --propagation private sh -c '
	mount -t tmpfs -o mode=755 pycsync t/mount/__pycache__ && "$@" && rm t/mount/a.py && "$@" && "$@"
' sh "$PYCSYNC" sync --python "$PY" t/mount >out 2>err || fail "a failure"
[ ! -s err ] || fail "words"
