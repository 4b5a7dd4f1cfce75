#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Packages with the maintainer scripts of dh_python3: py3compile and py3clean do their work beside
# pycsync, and neither makes or removes what the other one just made.
. "${0%/*}/../dpkg.sh"
command -v py3compile >/dev/null && command -v py3clean >/dev/null || skip "no py3compile"
with_pycsync

# edition VERSION MODULE...: the package records what its own script has compiled.
edition() {
	stage "lib-$1"
	_edition=$1
	shift
	for _m; do
		module "$_m" "value = 'of $_edition'"
	done
	python_scripts lib
	cat >>"$staged/DEBIAN/postinst" <<-END
		find /$site/lib /$site/__pycache__ -name '*.pyc' -printf '%p %i %C@\n' 2>/dev/null | sort >/t/scripts
	END
	package lib "$_edition"
}
edition 1 lib/__init__.py lib/mod.py lib/dropped.py lib/a.b.py
edition 2 lib/__init__.py lib/mod.py lib/sub/added.py lib/a.b.py
library none 1 none.py

# peace: all of the package's caches are those that its script made, and pycsync had nothing to do.
peace() {
	agree
	hooked || return 0
	caches "/$site" | grep -v /none >/t/now
	diff /t/scripts /t/now || fail "caches of py3compile were made anew"
	said 0 compiled
}

install lib-1
peace
install lib-2
peace
gone "$site/lib/__pycache__/dropped.cpython-311.pyc"
install lib-2
peace
install none-1
agree
imports none lib.sub.added
install lib-1
agree
gone "$site/lib/sub"

# What py3compile made is not pycsync's to remove.
caches "/$site" | grep -v /none >/t/scripts
run dpkg -r pycsync
caches "/$site" >/t/now
diff /t/scripts /t/now || fail "not exactly the caches of py3compile are left"
run dpkg -i /t/in/pycsync-1.deb
agree
remove lib
agree
gone "$site/lib"

# Where py3compile gives up, its package is half configured: not for pycsync to change.
edition 3 lib/__init__.py
module lib/broken.py 'def broken(:'
package lib 3
transact dpkg -i /t/lib-3.deb
[ "$rc" = 1 ] || fail "the test itself is wrong: status $rc"
bytecode
install lib-2
agree
