#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package of a repository replaces another one: pacman -Syu removes and installs at once.
. "${0%/*}/../pacman.sh"
command -v repo-add >/dev/null || skip "no repo-add"
with_pycsync

library old 1 lib/__init__.py lib/common.py lib/only_old.py gone.py
stage new-2
module lib/__init__.py 'value = "new"'
module lib/common.py 'value = "new"'
module lib/only_new.py
package new 2 'replaces = old' 'conflict = old' 'provides = old'
install old-1
agree

mkdir /t/repo
mv /t/new-2.pkg.tar /t/repo
repo-add -q /t/repo/test.db.tar.gz /t/repo/new-2.pkg.tar >/dev/null || fail "repo-add"
configure '[test]' 'Server = file:///t/repo'
transact -Syu
[ "$rc" = 0 ] || fail "pacman -Syu: status $rc"
pacman --config "$config" -Q new || fail "not replaced"
agree
imports lib.common lib.only_new
gone "$site/lib/__pycache__/only_old.cpython-311.pyc" "$site/__pycache__"
