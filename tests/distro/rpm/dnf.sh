#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same through dnf and a repository: it runs the triggers of rpm in transactions of its own making.
# slow
. "${0%/*}/../rpm.sh"
for tool in dnf createrepo_c; do
	command -v $tool >/dev/null || skip "no $tool"
done

mkdir /t/repo
cat >/t/dnf.conf <<END_OF_CONF
[main]
reposdir=/nonexistent
varsdir=/nonexistent
cachedir=/t/dnf/cache
persistdir=/t/dnf/state
logdir=/t/dnf
plugins=0
gpgcheck=0
assumeyes=1
install_weak_deps=0
[test]
name=test
baseurl=file:///t/repo
END_OF_CONF

# repository NAME-VERSION...: dnf knows of these packages from here on, be it in the same second.
repository() {
	rm -rf /t/dnf/cache
	for _f; do
		cp "/t/$_f.rpm" /t/repo
	done
	createrepo_c -q /t/repo >/t/createrepo.log 2>&1 || fail "createrepo_c: $(cat /t/createrepo.log)"
}

# dnf ARG...: a transaction that must succeed. dnf itself is made of modules of the system.
dnf() {
	run_manager env PYTHONPATH=/t/real PYTHONDONTWRITEBYTECODE=1 \
		dnf -c /t/dnf.conf --releasever=1 --setopt=metadata_expire=0 -q "$@"
	[ "$rc" = 0 ] || fail "status $rc"
	! grep -e 'scriptlet failed' -e 'Error in' "$log" || fail "a scriptlet failed"
	remember "dnf $*"
}

cp /t/in/pycsync-1.rpm /t/pycsync-1.rpm
cp /t/in/pycsync-2.rpm /t/pycsync-2.rpm
add_tree /opt/app
stage lib
put opt/app/main.py
module lib/__init__.py 'value = 1'
module lib/old/mod.py
package lib 1 'Requires: needed'
rm -r "$staged/$site/lib/old" "$staged/opt"
module lib/__init__.py 'value = 2'
module lib/new/mod.py
package lib 2 'Requires: needed'
library needed 1 needed.py
library before 1 before.py
install before-1

repository lib-1 needed-1 pycsync-1
dnf install lib
dnf install pycsync
agree
imports lib needed before
bytecode /opt/app
there opt/app/__pycache__/main.cpython-311.pyc
dnf reinstall lib
agree
repository lib-2
dnf upgrade
agree
imports lib lib.new.mod
(cd / && "$python" -B -c 'import lib; assert lib.value == 2') || fail "the old code was imported"
gone "$site/lib/old" opt/app
dnf downgrade lib
agree
gone "$site/lib/new"

# pycsync with others, in transactions of all kinds.
stage heir-1
module heir.py
package heir 1 'Obsoletes: before' 'Provides: before'
caches "/$site" | grep -v before >/t/before
repository heir-1 pycsync-2
dnf upgrade --exclude=lib
agree
imports heir lib
gone "$site/__pycache__/before.cpython-311.pyc"
caches "/$site" | grep -v heir >/t/after
cmp /t/before /t/after || fail "caches were made anew"
dnf remove needed
agree
gone "$site/lib" "$site/__pycache__/needed.cpython-311.pyc"
dnf install lib
agree
dnf remove pycsync lib heir
gone "$site/lib" "$site/__pycache__"
