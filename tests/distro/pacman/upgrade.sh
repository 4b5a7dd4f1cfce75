#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# An upgrade adds, changes, keeps and drops modules; another package does not notice.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

library other 1 other/__init__.py other/mod.py
stage lib-1
module lib/__init__.py
module lib/changed.py 'value = "of the first edition"'
module lib/kept.py
module lib/dropped.py
module lib/old/__init__.py
module lib/old/part.py
module becomes_package.py
module becomes_module/__init__.py
module becomes_module/part.py
package lib 1
stage lib-2
module lib/__init__.py
module lib/changed.py 'value = "of the second edition, and longer"'
module lib/kept.py
touch -r "/t/lib-1/$site/lib/kept.py" "$staged/$site/lib/kept.py"
module lib/added.py
module lib/new/__init__.py
module becomes_package/__init__.py
module becomes_module.py
package lib 2

install other-1 lib-1
agree
caches | grep other >/t/before
install lib-2
agree
gone "$site/lib/old" "$site/lib/__pycache__/dropped.cpython-311.pyc" \
	"$site/__pycache__/becomes_package.cpython-311.pyc" "$site/becomes_module"
imports lib.changed lib.added lib.new becomes_package becomes_module
caches | grep other >/t/after
cmp /t/before /t/after || fail "caches of another package were made anew"
