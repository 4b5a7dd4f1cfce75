# SPDX-License-Identifier: LGPL-2.1-or-later
# Where warnings are errors, a source that has some is remembered like any that does not compile: it is told again, in
# the same words, without being compiled, until it or the policy is another.
. "$LIB/case.sh"
own_state

with() {
	printf 'version: 1\ndefaults: {optimize: [0, 1], warnings: %s}\n' "$1" | policy
}
src t/several.py 'x = 1 is 1' 'y = 2' 'assert (1, 2)' 'z = x is 3'
with error
run 1 --policy policy.yaml t
cp err before
for again in 1 2; do
	run 1 --policy policy.yaml t
	cmp before err || fail "other words: $(diff before err)"
done
run 1 --policy policy.yaml -n t
says '0 to do'
with show
run 0 --policy policy.yaml t
check --levels 0,1 t
with error
settle
src t/several.py 'x = 1'
run 0 --policy policy.yaml t
check --levels 0,1 t
