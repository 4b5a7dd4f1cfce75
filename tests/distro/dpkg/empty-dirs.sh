#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Directories that dpkg could not remove because of caches in them go; those that packages own,
# empty ones too, and those with something else in them stay.
. "${0%/*}/../dpkg.sh"
with_pycsync

stage lib-1
module lib/__init__.py
module lib/one/two/three/deep.py
module lib/data/mod.py
mkdir -p "$staged/$site/lib/owned_empty" "$staged/$site/lib/shared"
module lib/shared/mod.py
package lib 1
stage lib-2
module lib/__init__.py
mkdir -p "$staged/$site/lib/owned_empty"
package lib 2
stage other-1
mkdir -p "$staged/$site/lib/shared"
module other.py
package other 1

install lib-1 other-1
agree
echo "of somebody" >"/$site/lib/data/notes.txt"
touch -d "@$clock" "/$site/lib/data/notes.txt"
install lib-2
agree
gone "$site/lib/one" "$site/lib/data/__pycache__" "$site/lib/shared/__pycache__"
[ -d "/$site/lib/owned_empty" ] || fail "a package's empty directory is gone"
[ -d "/$site/lib/shared" ] || fail "another package's empty directory is gone"
[ -e "/$site/lib/data/notes.txt" ] || fail "somebody's file is gone"

install lib-1
agree
rm "/$site/lib/data/notes.txt"
remove lib
agree
gone "$site/lib/one" "$site/lib/data" "$site/lib/owned_empty"
[ -d "/$site/lib/shared" ] || fail "another package's empty directory is gone"
purge other
agree
gone "$site"
