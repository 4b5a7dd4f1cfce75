#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The package holds what "make install" installs, with right owners, modes and names, and its version
# is what the program says. Its scripts do what policy asks of them in any order, and lintian has
# nothing to add to what the overrides explain.
. "${0%/*}/../dpkg.sh"
: >"$record"
hooked || exit 0
with_pycsync

dpkg-deb --fsys-tarfile /t/in/pycsync.deb | tar -tv --full-time |
	awk '{ sub(/^\./, "", $6); print $1, $2, $6 }' >/t/list
for f in /usr/bin/pycsync /usr/lib/pycsync/pycsync-worker /usr/lib/pycsync/policy.yaml \
	/usr/lib/pycsync/policy.schema.json /usr/lib/pycsync/verify.schema.json /usr/share/man/man5/pycsync.yaml.5.gz \
	/usr/share/man/man1/pycsync-compile.1.gz /usr/share/man/man7/pycsync.7.gz \
	/usr/share/man/man8/pycsync.8.gz /usr/share/doc/pycsync/copyright /var/lib/pycsync/; do
	grep -q " $f\$" /t/list || fail "not in the package: $f"
done
! grep -e libalpm -e ' /etc/p' -e ' /tmp' -e ' /t/' -e __pycache__ /t/list || fail "what does not belong there"
awk '
	{ want = "-rw-r--r--" }
	/^d/ { want = "drwxr-xr-x" }
	/^l/ { want = "lrwxrwxrwx" }
	$3 ~ /^\/usr\/(bin|lib\/pycsync)\/pycsync(-worker)?$/ { want = "-rwxr-xr-x" }
	$1 != want || $2 != "root/root" { print; bad = 1 }
	END { exit bad }' /t/list || fail "owners or modes"
[ "pycsync $(dpkg-deb -f /t/in/pycsync.deb Version | sed 's/-[^-]*$//')" = "$(pycsync --version)" ] ||
	fail "pycsync and its package differ in their version"
dpkg-deb -e /t/in/pycsync.deb /t/control
grep -q '^interest-noawait /usr/lib/python3' /t/control/triggers || fail "no triggers"
for script in /t/control/postinst /t/control/prerm; do
	sh -n $script || fail "$script: syntax"
	grep -qx 'set -e' $script || fail "$script goes on after an error"
done
# Each may be called again, and in the ways of dpkg that are rare.
for call in 'postinst configure' 'postinst configure 1-1' 'postinst triggered /usr/lib/python3' \
	'postinst abort-upgrade 2-1' 'postinst abort-remove' 'postinst abort-deconfigure in-favour x 1' \
	'prerm upgrade 2-1' 'prerm failed-upgrade 1-1' 'prerm deconfigure in-favour x 1'; do
	set -- $call
	script=/t/control/$1
	shift
	DPKG_MAINTSCRIPT_PACKAGE=pycsync DPKG_MAINTSCRIPT_NAME=${script##*/} sh "$script" "$@" >/t/call 2>&1 </dev/null ||
		fail "$call: status $?: $(cat /t/call)"
done
database

command -v lintian >/dev/null || skip "no lintian: all else passed"
# It has the system's own database to read its tools' versions from, and no network.
HOME=/t LC_ALL=C.UTF-8 lintian --allow-root --fail-on error,warning \
	/t/in/pycsync.deb /t/in/pycsync-py3compile.deb >/t/lint.log 2>&1 || fail "lintian: $(cat /t/lint.log)"
cat /t/lint.log
