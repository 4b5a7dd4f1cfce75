# SPDX-License-Identifier: LGPL-2.1-or-later
# What a trigger says goes to syslog as well, with the manager's name in front.
. "$LIB/case.sh"

need_root
need unshare
unshare --mount --propagation private true 2>err || skip "no mount namespaces: $(cat err)"
src t/usr/good.py
src t/usr/bad.py 'def f(:'
printf 'version: 1\ntrees: [/usr]\n' | policy
cat >listen.py <<'END'
import os, socket, subprocess, sys
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
log.settimeout(1)
subprocess.run(sys.argv[1:], check=True, input=b"usr/good.py\nusr/bad.py\n")
try:
    while True:
        print(log.recv(4096).decode())
except TimeoutError:
    pass
END
# A /dev of the case's own.
listened() {
	try 0 unshare --mount --propagation private sh -c '
	mkdir -p dev && mount -t tmpfs dev dev && touch dev/null dev/urandom &&
	mount --bind /dev/null dev/null && mount --bind /dev/urandom dev/urandom &&
	mount --bind dev /dev && exec "$@"' sh \
		"$PY" -I listen.py "$PYCSYNC" trigger alpm-post --root t --policy policy.yaml --python "$PY"
}
listened
grep -qE '<11>.* pycsync\[[0-9]+\]: pacman: /usr/bad\.py:1: SyntaxError' out || fail "no error"
grep -qE '<14>.* pycsync\[[0-9]+\]: pacman: 1 compiled, 1 failed' out || fail "no summary"
[ "$(grep -c 'pycsync\[' out)" = 2 ] || fail "more than that"

# A warning is called one.
mkdir -p t/etc/pycsync
echo 'trees: 7' >t/etc/pycsync/policy.yaml
listened
grep -qE '<12>.* pycsync\[[0-9]+\]: pacman: warning: .* is passed over' out || fail "no warning"
