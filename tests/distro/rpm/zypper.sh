#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same through zypper, with the package as openSUSE builds it: a trigger for each package, since
# zypper may run a transaction for each, and then forgets those of transactions.
# slow
. "${0%/*}/../rpm.sh"
for tool in zypper createrepo_c; do
	command -v $tool >/dev/null || skip "no $tool"
done

repository() {
	mkdir -p /t/repo
	for _f; do
		cp "/t/$_f.rpm" /t/repo
	done
	createrepo_c -q /t/repo >/t/createrepo.log 2>&1 || fail "createrepo_c: $(cat /t/createrepo.log)"
}

# zypper ARG...: a transaction that must succeed.
zypper() {
	run_manager command zypper --non-interactive --no-gpg-checks --no-color --quiet "$@"
	[ "$rc" = 0 ] || fail "status $rc"
	! grep -e 'scriptlet failed' "$log" || fail "a scriptlet failed"
	remember "zypper $*"
}

cp /t/in/pycsync-each.rpm /t/pycsync-each.rpm
add_tree /opt/app
stage lib
put opt/app/main.py
module lib/__init__.py 'value = 1'
module lib/old/mod.py
# What makes zypper forget the triggers of a transaction.
add_to_spec <<-'END_OF_SPEC'
	%posttrans
	:
END_OF_SPEC
package lib 1 'Requires: needed'
rm -r "$staged/$site/lib/old" "$staged/opt"
module lib/__init__.py 'value = 2'
module lib/new/mod.py
package lib 2 'Requires: needed'
library needed 1 needed.py
library before 1 before.py
install before-1

repository lib-1 needed-1 pycsync-each
zypper addrepo --no-check /t/repo test
zypper install pycsync
agree
imports before
zypper install lib
agree
imports lib needed
bytecode /opt/app
there opt/app/__pycache__/main.cpython-311.pyc
repository lib-2
zypper refresh
zypper update
agree
imports lib lib.new.mod
(cd / && "$python" -B -c 'import lib; assert lib.value == 2') || fail "the old code was imported"
gone "$site/lib/old" opt/app
zypper install --oldpackage lib-1
agree
gone "$site/lib/new"
zypper remove needed
agree
gone "$site/lib" "$site/__pycache__/needed.cpython-311.pyc"
zypper install lib
agree
zypper remove pycsync lib before
gone "$site/lib" "$site/__pycache__"
