#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# An upgrade changes the content of a module, but neither its mtime nor its size.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

stage lib
module lib/__init__.py 'value = 1'
package lib 1
module lib/__init__.py 'value = 2'
package lib 2

install lib-1
agree
before=$(stat -c '%Y %s' "/$site/lib/__init__.py")
install lib-2
[ "$before" = "$(stat -c '%Y %s' "/$site/lib/__init__.py")" ] || fail "the test itself is wrong"
agree
imports lib
(cd / && "$python" -B -c 'import lib; assert lib.value == 2') || fail "the old code was imported"
