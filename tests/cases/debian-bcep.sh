#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What Debian's packages exclude in /usr/share/python3/bcep is left alone by sync and trigger, too: for the
# versions that they name, where Debian supports and has these, and in the root that is worked on.
. "$LIB/case.sh"

site=usr/lib/python3/dist-packages
for m in in out/a out/sub/b part_x other; do
	src "r/$site/m/$m.py"
done
mkdir -p r/usr/share/python3/bcep r/usr/bin r/var/lib/dpkg/info
printf '[DEFAULT]\ndefault-version = python3.11\nsupported-versions = python3.11\n' >r/usr/share/python3/debian_defaults
: >r/usr/bin/python3.11
printf '%s\n' "dir|3.0-|/$site/m/out" "re|-|/$site/m|.*part_" "dir|-3.11|/$site/m" >r/usr/share/python3/bcep/m

run 0 --root r /usr
caches() {
	find r -name '*.pyc' | wc -l
}
[ "$(caches)" = 2 ] || fail "$(caches) caches instead of those of in.py and other.py"
[ -e "r/$site/m/__pycache__/in.$TAG.pyc" ] || fail "in.py was left out"
run 0 --root r --explain "/$site/m/out/a.py"
grep -q '^leave .*/out/a.py.*the policy excludes it' out || fail "nothing is said of it"

# A mistake is named, and the others count.
echo 'no pattern' >>r/usr/share/python3/bcep/m
run 0 --root r /usr
grep -q 'bcep/m:4: skipped' err || fail "the mistake is not named"
[ "$(caches)" = 2 ] || fail "the mistake changed something"

# Of a version that Debian has not got, and without exclusions, all is compiled.
sed -i '$d' r/usr/share/python3/bcep/m
rm r/usr/bin/python3.11
run 0 --root r /usr
[ "$(caches)" = 5 ] || fail "$(caches) caches instead of 5"
