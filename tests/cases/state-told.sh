# SPDX-License-Identifier: LGPL-2.1-or-later
# The state has what each build of an interpreter said of itself: it is asked once, wherever it is. One that was
# exchanged is asked again; a list that is damaged, stale or gone costs a question, and nothing wrong.
# slow
. "$LIB/case.sh"
need strace
own_state
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
not_with_asan "the copy has no library of the sanitizer"

told=/var/lib/pycsync/told
src t/a.py
# policy_of PYTHON...
policy_of() {
	(IFS=,; printf 'version: 1\ninterpreters: [%s]\ntrees: [{path: %s/t}]\n' "$*" "$T") | policy
}
# asked YES|NO [STATUS]: whether a run starts an interpreter before it compiles anything.
asked() {
	try "${2-0}" strace -f -qq -e trace=execve -e signal=none -o trace "$PYCSYNC" sync --policy policy.yaml
	if grep -q pycsync-worker trace; then got=YES; else got=NO; fi
	[ $got = "$1" ] || fail "asked: $got, not $1: $(cat $told)"
}
# What it has: as in a pyc, and as in the list.
MAGIC=$("$PY" -I -c 'import importlib.util as u; print(u.MAGIC_NUMBER[:2].hex())')
NUMBER=$("$PY" -I -c 'import importlib.util as u; print("%08x" % int.from_bytes(u.MAGIC_NUMBER, "little"))')
# magic: what the cache is made for.
magic() {
	head -c 2 "$(pyc t/a.py)" | od -An -tx1 | tr -d ' '
}
policy_of "$PY"
try 0 strace -f -qq -e trace=execve -e signal=none -o trace "$PYCSYNC" sync --policy policy.yaml
says "1 compiled"
[ "$(grep -c 'execve(.*pycsync-worker' trace)" = 1 ] || fail "what was asked is not what compiles"
grep -q " $NUMBER cpython-311 3.11\$" $told || fail "told: $(cat $told)"
asked NO
for damage in 's/ 3.11$/ 3.12/' "s/$NUMBER/0a0d0001/" 's/^pycsync/Pycsync/' '1d' '$d'; do
	sed -i "$damage" $told
	asked YES
	[ ! -s err ] || fail "said"
	asked NO
done
: >$told
asked YES
rm $told
mkfifo $told
asked YES
rm $told
cp /dev/null target
ln -s "$T/target" $told
asked YES
[ ! -s target ] || fail "it wrote through a link"
asked NO
# What cannot be written is said, and nothing else.
rm $told
try 0 strace -qq -o trace -P "$told" -e trace=renameat,renameat2,rename -e inject=renameat,renameat2,rename:error=EIO \
	"$PYCSYNC" sync --policy policy.yaml
[ -e $told ] || once "/var/lib/pycsync/told cannot be written, and the next run will ask the interpreters again"
rm -f $told
# Nothing is noted where nothing is to be changed; with --python and by users it is read.
unchanged try 0 "$PYCSYNC" sync --policy policy.yaml -n
absent $told
try 0 "$PYCSYNC" sync --policy policy.yaml
asked NO

# prefix DIR: the distribution's interpreter in a prefix of its own.
prefix() {
	mkdir -p "$1/bin" "$1/lib/python3.11"
	cp "$static" "$1/bin/python3.11"
	ln -s /usr/lib/python3.11/* "$1/lib/python3.11/"
	rm "$1/lib/python3.11/encodings"
	cp -r /usr/lib/python3.11/encodings "$1/lib/python3.11/"
}
patch='import _frozen_importlib_external as e; e.MAGIC_NUMBER = b"\x0f\x0e\r\n"
e._RAW_MAGIC_NUMBER = int.from_bytes(e.MAGIC_NUMBER, "little")'
prefix py
own=$T/py/bin/python3.11
policy_of "$own"
asked NO # a copy is the same build
[ "$(magic)" = "$MAGIC" ] || fail "magic"

# Another build in the place of it: by its build ID, though times and size are the old ones.
"$PY" -I - "$own" <<-'END'
	import os, subprocess, sys
	with open(sys.argv[1], "rb+") as file:
	    data = file.read()
	    at = data.index(b"GNU\0", data.index(b"\x03\0\0\0GNU\0")) + 4
	    before = os.fstat(file.fileno())
	    file.seek(at)
	    file.write(bytes([data[at] ^ 1]))
	os.utime(sys.argv[1], ns=(before.st_atime_ns, before.st_mtime_ns))
END
printf '%s\n' "$patch" >>py/lib/python3.11/encodings/__init__.py
policy_of "$own"
asked YES
[ "$(magic)" = 0f0e ] || fail "made for the build that was there before"
asked NO
# The list has not forgotten those of another policy.
grep -q " $NUMBER " $told || fail "forgotten: $(cat $told)"

# One that says something else than it did, though it is the same build: one run fails, the next one asks.
sed -i 's/x0f.x0e/x0f\\x0f/' py/lib/python3.11/encodings/__init__.py
rm -rf py/lib/python3.11/encodings/__pycache__
src t/a.py 'x = 2'
asked YES 1
once "it has magic number 3855 where 3599 was planned"
[ "$(wc -l <err)" = 1 ] || fail "more than one line"
asked YES
[ "$(magic)" = 0f0f ] || fail "not healed"
asked NO

# Where distributions have theirs, a name proves as little.
mount --bind py/lib/python3.11/encodings /usr/lib/python3.11/encodings
rm -r t/__pycache__ $told
policy_of "$static"
try 0 "$PYCSYNC" sync --policy policy.yaml
[ "$(magic)" = 0f0f ] || fail "made for the table's magic number"
asked NO
umount /usr/lib/python3.11/encodings

# PyPy is known by its library.
command -v pypy3 >/dev/null || exit 0
policy_of "$(realpath "$(command -v pypy3)")"
try 0 "$PYCSYNC" sync --policy policy.yaml
asked NO
