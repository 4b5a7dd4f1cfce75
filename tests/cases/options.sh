# SPDX-License-Identifier: LGPL-2.1-or-later
# Options end at --; what follows is a path, whatever it looks like.
. "$LIB/case.sh"

mkdir t
cd t
for name in -n --stdin -- -j; do
	src "./$name.py"
done
run 1 -- -n.py --stdin.py -- -j.py --.py -n
once "warning: -- is not there"
once "warning: -n is not there"
cd ..
ls t/__pycache__ >got
printf '%s\n' "--.$TAG.pyc" "--stdin.$TAG.pyc" "-j.$TAG.pyc" "-n.$TAG.pyc" >want
sort got | cmp -s - want || fail "$(cat got)"
