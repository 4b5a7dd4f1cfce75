# SPDX-License-Identifier: LGPL-2.1-or-later
# An interpreter that cannot be looked at is not gone: its caches stay, one line names the place, and
# the next run is as if nothing had been.
# slow
. "$LIB/case.sh"
need strace
need_64_bits
own_state
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

src t/a.py
src no.py
printf 'version: 1\ntrees: [{path: %s/t}]\n' "$T" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml
there "$(pyc t/a.py)"
[ "$(sed 1d /var/lib/pycsync/tags | grep -c "^$TAG\$")" = 1 ] || fail "tags: $(cat /var/lib/pycsync/tags)"
cp /var/lib/pycsync/tags kept

# fault STATUS CALLS ERROR [ARGUMENT]...: each of the calls on these paths fails.
places="-P /usr/bin -P /usr/bin/python3.11 -P /usr/lib/$(uname -m)-linux-gnu -P /usr/lib -P /usr/lib64"
fault() {
	want=$1 got=0 calls=$2 error=$3
	shift 3
	# shellcheck disable=SC2086 # a list of options
	echo "$T/no.py" | strace -o trace $places -e trace="$calls" -e inject="$calls:error=$error" \
		"$PYCSYNC" "$@" --policy policy.yaml >out 2>err || got=$?
	grep -q INJECTED trace || fail "no call was hit: $calls"
	judge "$calls fails with $error: $*"
	there "$(pyc t/a.py)"
	cmp -s kept /var/lib/pycsync/tags || fail "$calls: other tags: $(cat /var/lib/pycsync/tags)"
}
for error in ENFILE EMFILE EIO EACCES ENOMEM; do
	words=$(LC_ALL=C "$PY" -c "import errno, os; print(os.strerror(errno.$error))")
	for call in openat /^faccessat /fstatat; do
		fault 1 "$call" $error sync
		once ": $words;"
		fault 0 "$call" $error trigger rpm-in
		once ": $words;"
	done
done

# In one call of many, wherever it is, and where a trigger's list names the interpreter.
for when in 1 30 90 200; do
	fault 1 /^faccessat EIO:when=$when sync
done
fake_pyc t/__pycache__/a.cpython-313.pyc
echo /usr/bin/python3.13 |
	strace -o trace $places -e trace=openat -e inject=openat:error=ENFILE \
		"$PYCSYNC" trigger rpm-postun --policy policy.yaml >out 2>err || fail "status"
there t/__pycache__/a.cpython-313.pyc


# One that the policy names: neither when its path cannot be followed, nor when it does not start.
mkdir -p py/bin
cp /bin/true py/bin/python3.12
cp /bin/true py/bin/python3.99
printf 'version: 1\ninterpreters: [3.11, %s, %s]\ntrees: [{path: %s/t}]\n' \
	"$T/py/bin/python3.12" "$T/py/bin/python3.99" "$T" | policy
rm t/__pycache__/*
try 1 "$PYCSYNC" sync --policy policy.yaml
for tag in cpython-311 cpython-312 cpython-399; do
	grep -qx $tag /var/lib/pycsync/tags || fail "tags: $(cat /var/lib/pycsync/tags)"
	fake_pyc t/__pycache__/a.$tag.pyc
done
cp /var/lib/pycsync/tags kept
places="-P $T/py/bin/python3.12"
for error in EIO EACCES ENOMEM; do
	fault 1 /^readlink $error sync
	there t/__pycache__/a.cpython-312.pyc t/__pycache__/a.cpython-399.pyc
done
