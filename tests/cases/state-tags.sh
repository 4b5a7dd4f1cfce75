# SPDX-License-Identifier: LGPL-2.1-or-later
# The list of interpreters that were there: what is damaged, or no file of ours, proves that none went;
# nothing waits for it, and nothing is written through it.
. "$LIB/case.sh"
need strace
own_state
mount -t tmpfs pycsync /usr/local/bin
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

tags=/var/lib/pycsync/tags
src t/a.py
printf 'version: 1\ninterpreters: {exclude: ["3.13"]}\ntrees: [{path: %s/t}]\n' "$T" | policy
sync_trees() {
	try "$1" timeout 20 "$PYCSYNC" sync --policy policy.yaml
}
cp /bin/true /usr/local/bin/python3.13
sync_trees 0
rm /usr/local/bin/python3.13
grep -qx cpython-313 $tags || fail "tags: $(cat $tags)"
cp $tags intact
fake_pyc t/__pycache__/a.cpython-313.pyc

# stays [STATUS]: with this state of the tags, the caches of 3.13 stay; it is said once, and then
# there is a list again.
stays() {
	sync_trees "${1-0}"
	there t/__pycache__/a.cpython-313.pyc
	once $tags
	if [ $# = 0 ]; then
		sync_trees 0
		[ ! -s err ] || fail "said again"
	fi
}
for damage in 's/cpython-313/cpython-312/' 's/^pycsync/Pycsync/' '1d' '$d' 's/$/ /'; do
	sed "$damage" intact >$tags
	stays
done
head -c 50 intact >$tags
stays
: >$tags
stays
rm $tags
mkfifo $tags
stays
ln -sf "$T/intact" $tags
cp intact before
stays
cmp -s intact before || fail "it wrote through a link"
# What cannot be read may hold anything: it is left as it is.
cp intact $tags
for error in EIO EMFILE EACCES; do
	want=1 got=0
	strace -o trace -P /var/lib/pycsync -e trace=openat -e inject=openat:error=$error \
		"$PYCSYNC" sync --policy policy.yaml >out 2>err || got=$?
	judge "the tags cannot be opened: $error"
	there t/__pycache__/a.cpython-313.pyc
	once $tags
	cmp -s intact $tags || fail "$error: the tags changed"
done
touch /var/lib/pycsync/.pycsync-0123456789abcdef.tmp
sync_trees 0
absent t/__pycache__/a.cpython-313.pyc /var/lib/pycsync/.pycsync-0123456789abcdef.tmp
there "$(pyc t/a.py)"
