# SPDX-License-Identifier: LGPL-2.1-or-later
# pycache-prefix with --root, in a trigger, and where the sources cannot be written to.
. "$LIB/case.sh"

lib=root/usr/lib/python3.11
src $lib/a.py 'x = 1'
src $lib/pkg/b.py 'x = 1'
printf 'version: 1\npycache-prefix: /var/cache/python\n' | policy
printf 'usr/lib/python3.11/%s\n' a.py pkg/ pkg/b.py >list
listed root
cache=root/var/cache/python/usr/lib/python3.11
if is_root && unshare -m true 2>/dev/null; then
	mkdir -p root/var/cache/python
	unshare -m sh -c 'mount --bind root/usr root/usr && mount -o remount,ro,bind root/usr &&
		exec "$@"' - "$PYCSYNC" sync --python "$PY" --root root --policy policy.yaml >out 2>err ||
		fail "in a read-only tree"
	there $cache/a.$TAG.pyc $cache/pkg/b.$TAG.pyc
	rm -r root/var
fi
trigger 0 alpm-post --root root --policy policy.yaml --python "$PY" <list
there $cache/a.$TAG.pyc $cache/pkg/b.$TAG.pyc
trigger 0 alpm-pre --root root --policy policy.yaml <list
absent $cache/a.$TAG.pyc $cache/pkg
trigger 0 alpm-post --root root --policy policy.yaml --python "$PY" <list
rm -r $lib/pkg
trigger 0 alpm-post --root root --policy policy.yaml --python "$PY" <list
absent $cache/pkg
there $cache/a.$TAG.pyc
# A version that is gone altogether is found below the prefix.
rm -r $lib
run 0 --root root --policy policy.yaml
absent root/var/cache/python/usr
