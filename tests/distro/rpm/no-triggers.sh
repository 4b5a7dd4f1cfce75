#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Transactions that leave triggers out: what they left undone, "pycsync sync" does.
. "${0%/*}/../rpm.sh"
with_pycsync

stage lib
module lib/__init__.py 'value = 1'
module lib/dropped/mod.py
package lib 1
rm -r "$staged/$site/lib/dropped"
module lib/__init__.py 'value = 2'
module lib/added.py
package lib 2

# repair: after which all must be right.
repair() {
	if hooked; then
		"$python" -I -S "$distro/agree.py" "/$site" && fail "the test itself is wrong: nothing to do"
		pycsync sync >/t/said 2>&1 || fail "pycsync sync: $(cat /t/said)"
		cat /t/said
	fi
	agree
}

# without ARG...: a transaction that must succeed, and in which pycsync has no part. Off the record: the
# directories that rpm leaves for what is still in them differ until they are repaired.
without() {
	run_rpm "$@"
	must_succeed
	said 0 pycsync:
}

for option in --noscripts --notriggers; do
	without -U $option /t/lib-1.rpm
	repair
	imports lib
	without -U $option /t/lib-2.rpm
	repair
	gone "$site/lib/dropped"
	imports lib lib.added
	without -e $option lib
	repair
	gone "$site/lib"
done

# --justdb changes no file.
install lib-1
caches >/t/before
transact -U --justdb /t/lib-2.rpm
must_succeed
caches >/t/after
cmp /t/before /t/after || fail "caches were made anew"
transact -U --justdb --oldpackage /t/lib-1.rpm
must_succeed
agree
