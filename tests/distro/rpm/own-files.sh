#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The package is what "make install" installs, with right owners, modes and names, and its version is
# what the program says. rpmlint has nothing to add to what the spec's filters explain.
. "${0%/*}/../rpm.sh"
: >"$record"
hooked || exit 0
command -v pkg-config >/dev/null || skip "no pkg-config"
own 1

rpm -qlp /t/in/pycsync-1.rpm | grep -v '^/usr/lib/\.build-id' >/t/list
for f in /usr/bin/pycsync /usr/libexec/pycsync/pycsync-worker /usr/lib/pycsync/policy.yaml \
	/usr/lib/pycsync/policy.schema.json /usr/lib/pycsync/verify.schema.json /usr/share/doc/pycsync/README.md /var/lib/pycsync; do
	grep -qxF $f /t/list || fail "not in the package: $f"
done
for f in 1/pycsync-compile.1 5/pycsync.yaml.5 7/pycsync.7 8/pycsync.8; do
	grep -q "^/usr/share/man/man$f" /t/list || fail "not in the package: $f"
done
! grep -e libalpm -e '^/etc' -e '^/tmp' -e '^/t/' /t/list || fail "what does not belong there"
rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]' /t/in/pycsync-1.rpm |
	awk '
		{ want = "-rw-r--r--" }
		/^d/ { want = "drwxr-xr-x" }
		/^l/ { want = "lrwxrwxrwx" }
		$4 ~ /^\/usr\/(bin|libexec\/pycsync)\/pycsync(-worker)?$/ { want = "-rwxr-xr-x" }
		$1 != want || $2 != "root" || $3 != "root" { print; bad = 1 }
		END { exit bad }' || fail "owners or modes"
[ "pycsync $(rpm -q --qf '%{VERSION}' pycsync)" = "$(pycsync --version)" ] ||
	fail "pycsync and its package differ in their version"
! grep -raE '%\{[?!]?[A-Za-z_]+[:}]' /usr/bin/pycsync /usr/lib/pycsync /usr/libexec/pycsync || fail "a macro was not expanded"
rpm -q --filetriggers pycsync | grep -q ' /srv/' || fail "no triggers"

command -v rpmlint >/dev/null || { skip "no rpmlint: all else passed"; }
mkdir /t/lint
cp /t/source/packaging/rpm/* /t/lint
name=$(rpm -q pycsync).rpm
cp /t/in/pycsync-1.rpm "/t/lint/$name"
cp /t/in/*.noarch.rpm /t/lint
cd /t/lint || exit 1
# It is made of modules of the system. A filter that this version has no use for is for another one.
HOME=/t PYTHONPATH=/t/real PYTHONDONTWRITEBYTECODE=1 rpmlint -r pycsync.rpmlintrc pycsync.spec "$name" ./*.noarch.rpm >/t/lint.log 2>&1 || :
cat /t/lint.log
grep -q 'specfiles checked' /t/lint.log || fail "rpmlint did not end"
! grep -E '^[^ ]+: [EW]: ' /t/lint.log | grep -v ' unused-rpmlintrc-filter ' || fail "rpmlint has something to add"
