#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What rpm really hands to triggers such as ours: directories, files that stayed, files that went, the
# same path twice. And the same lists once more, doubled and in disorder, change nothing.
. "${0%/*}/../rpm.sh"
with_pycsync

# A package that writes down what it is told, with more prefixes than ours, so that they overlap.
stage spy
put usr/share/spy
mkdir -p /t/lists
add_to_spec <<'END_OF_SPEC'
%transfiletriggerin -- /usr/lib/python3 /usr/lib/python3/dist-packages/lib /usr/bin/python3
cat >/t/lists/in
%filetriggerpostun -- /usr/lib/python3 /usr/lib/python3/dist-packages/lib
cat >/t/lists/postun
END_OF_SPEC
package spy 1
install spy-1

library lib 1 lib/__init__.py lib/kept.py lib/old/dropped.py
library lib 2 lib/__init__.py lib/kept.py lib/new/added.py
stage interpreter
put usr/bin/python3.99 ''
package interpreter 1

# listed COUNT NAME PATH: so many lines of this list are this path.
listed() {
	_n=$(grep -cxF "$3" "/t/lists/$2")
	[ "$_n" = "$1" ] || fail "$_n lines of the list $2 are '$3', not $1: $(cat "/t/lists/$2")"
}

install lib-1
agree
listed 1 in "/$site"
listed 2 in "/$site/lib"
listed 2 in "/$site/lib/kept.py"
install lib-2
agree
listed 2 in "/$site/lib/kept.py"
listed 2 postun "/$site/lib/old"
listed 2 postun "/$site/lib/old/dropped.py"
listed 0 postun "/$site/lib/kept.py"
gone "$site/lib/old"

# Directories only are what a transaction trigger is compared with.
rm /t/lists/*
install interpreter-1
[ ! -e /t/lists/in ] || fail "rpm compares transaction triggers with paths of files: see packaging/rpm/pycsync.spec"
remove interpreter

if hooked; then
	run_rpm -U --replacepkgs /t/lib-2.rpm
	caches >/t/before
	snapshot=$(find "/$site" | sort)
	{ cat /t/lists/in && sort -r /t/lists/in && find "/$site" && echo /nowhere/else.py; } >/t/all
	pycsync trigger rpm-in </t/all >/t/said 2>&1 || fail "rpm-in: status $? $(cat /t/said)"
	pycsync trigger rpm-postun </t/all >>/t/said 2>&1 || fail "rpm-postun: status $? $(cat /t/said)"
	caches >/t/after
	cmp /t/before /t/after || fail "fresh caches were made anew"
	[ "$snapshot" = "$(find "/$site" | sort)" ] || fail "something came or went"
fi
agree
remove lib
gone "$site/lib"
