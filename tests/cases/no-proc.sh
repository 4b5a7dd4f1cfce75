# SPDX-License-Identifier: LGPL-2.1-or-later
# Without /proc, as in a root that a package manager has only begun to fill: who owns what can be asked all
# the same.
. "$LIB/case.sh"
not_with_asan "it reads /proc"
need_root
need rpm
unshare --mount --propagation private true 2>/dev/null || skip "no mount namespaces here"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python{version}/site-packages
END
site=t/usr/lib/python3.11/site-packages
src $site/gone/mod.py
run 0 --root t /
rm $site/gone/mod.py
mkdir -p t/usr/lib/sysimage t/var/lib
ln -s ../../usr/lib/sysimage/rpm t/var/lib/rpm
rpm --root "$T/t" --dbpath /usr/lib/sysimage/rpm --initdb >rpm.log 2>&1 || fail "rpm: $(cat rpm.log)"
try 0 unshare --mount --propagation private sh -c 'mount -t tmpfs none /proc && exec "$@"' sh \
	"$PYCSYNC" sync --root t --policy policy.yaml
absent $site/gone
