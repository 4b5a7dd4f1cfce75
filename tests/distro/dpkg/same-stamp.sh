#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# An upgrade changes the content of modules, but neither mtime nor size; so does a downgrade.
. "${0%/*}/../dpkg.sh"
with_pycsync

# value N: what Python imports.
value() {
	! hooked || (cd / && "$python" -B -c "import lib; assert lib.value == $1") || fail "not edition $1"
}

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
value 2
install lib-1
agree
value 1
