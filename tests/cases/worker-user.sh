# SPDX-License-Identifier: LGPL-2.1-or-later
# The worker of root has a uid that nothing else has, and nobody of that uid or another can take it over.
# slow
. "$LIB/case.sh"
need_root
need setpriv

mkdir t
slow_src t/slow.py
awk -F : '$1 != "pycsync" && $3 < 65520' /etc/passwd >passwd
[ "$(findmnt -no FSTYPE /run)" = tmpfs ] || skip "no mounts of its own"
mount --bind passwd /etc/passwd 2>err || skip "cannot mount: $(cat err)"

main=
ended() {
	[ -z "$main" ] || kill "$main" 2>/dev/null || :
	[ -z "$main" ] || wait "$main" || :
	main=
	# In a namespace, the run ends a moment after what made the namespace.
	while pgrep -s 0 -f "^$PYCSYNC sync" >/dev/null; do
		sleep 0.01
	done
}
trap ended EXIT

# worker INTERPRETER [COMMAND...]: one at work; its pid is $child, its uid $uid.
worker() {
	interpreter=$1
	shift
	ended
	rm -rf t/__pycache__
	"$@" "$PYCSYNC" sync --python "$interpreter" -j 1 t >/dev/null 2>err &
	main=$!
	until child=$(pgrep -s 0 -n -f "^$PYCSYNC sync" | xargs -r pgrep -P) && [ -n "$child" ] &&
		grep -q '^Seccomp:.*2' "/proc/$child/status" 2>/dev/null &&
		[ "$(cut -d ' ' -f 14 "/proc/$child/stat")" -ge 10 ]; do
		kill -0 $main 2>/dev/null || fail "no worker was seen for $interpreter"
		sleep 0.05
	done
	uid=$(sed -n 's/^Uid:	\([0-9]*\)	\1	\1	\1$/\1/p' "/proc/$child/status")
	gid=$(sed -n 's/^Gid:	\([0-9]*\)	\1	\1	\1$/\1/p' "/proc/$child/status")
	grep -qx 'Groups:	 *' "/proc/$child/status" || fail "it has groups"
}

# is UID [GID]
is() {
	[ "$uid:$gid" = "$1:${2-$1}" ] || fail "uid $uid, gid $gid instead of $*"
}

# is_free LAST [TAKEN...]: of those up to LAST that nobody has; other cases have workers as well.
is_free() {
	if [ "$uid" != "$gid" ] || [ "$uid" -lt 65520 ] || [ "$uid" -gt "$1" ]; then
		fail "uid $uid, gid $gid"
	fi
	shift
	for other in 65534 65535 "$@"; do
		[ "$uid" != "$other" ] || fail "$uid is taken"
	done
}

# as UID COMMAND...
as() {
	who=$1
	shift
	setpriv --reuid="$who" --regid="$who" --clear-groups "$@"
}

# guarded ALLOWED: what its own uid can do to it at most; others can do nothing.
guarded() {
	found=$(as $NOBODY "$PY" -I "$LIB/intrude.py" "$child" | tr '\n' ' ')
	[ -z "$found" ] || fail "nobody can: $found"
	found=$(as "$uid" "$PY" -I "$LIB/intrude.py" "$child" | tr '\n' ' ')
	[ "$found" = "$1" ] || fail "its own uid can: $found"
}

libpython=$(find /usr/lib -maxdepth 2 -name "libpython3.${TAG#cpython-3}.so.1.0" | head -n 1)
for interpreter in "$PY" $libpython; do
	worker "$interpreter"
	is_free 65599
	guarded "signal "
done

# What is taken is left alone: by a process, by an entry of the file.
busy=$uid listed=$((uid - 1))
as "$busy" sleep 60 &
taken=$!
echo "some:x:$listed:100::/:/bin/false" >>passwd
worker "$PY"
is_free 65599 "$busy" "$listed"
kill $taken

echo 'pycsync:x:977:976::/:/bin/false' >>passwd
worker "$PY"
is 977 976
guarded "signal "

# A namespace has what is mapped.
grep -v '^pycsync' passwd >without && cat without >passwd
for count in 65536 65520 1; do
	"$PY" -I "$LIB/in_userns.py" $count true || skip "no user namespaces"
	for interpreter in "$PY" $libpython; do
		worker "$interpreter" "$PY" -I "$LIB/in_userns.py" $count
		if [ $count = 65536 ]; then
			is_free 65533
		else
			is 0
		fi
	done
done
