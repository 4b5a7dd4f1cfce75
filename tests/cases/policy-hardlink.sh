# SPDX-License-Identifier: LGPL-2.1-or-later
# hardlink-dupes: levels with equal content are one inode, and each is written without the other.
. "$LIB/case.sh"

inode() {
	stat -c %i "$@" | sort -u | wc -l
}
all() {
	echo "$(pyc "$1")" "$(pyc "$1" 1)" "$(pyc "$1" 2)"
}
src t/same.py 'x = 1' 'def f():' '    return x'
src t/doc.py '"""Only level 2 differs."""' 'x = 1'
src t/diff.py
levels() {
	printf 'version: 1\ndefaults: {optimize: [%s], hardlink-dupes: %s}\n' "$1" "$2" | policy
	run 0 --policy policy.yaml t
}
levels '0, 1, 2' false
[ "$(inode $(all t/same.py))" = 3 ] || fail "linked unasked"
rm -r t/__pycache__
levels '0, 1, 2' true
check --levels 0,1,2 t
[ "$(inode $(all t/same.py))" = 1 ] || fail "not linked"
[ "$(inode $(all t/doc.py))" = 2 ] || fail "doc.py"
[ "$(inode $(all t/diff.py))" = 3 ] || fail "diff.py"
unchanged run 0 --policy policy.yaml t
# One that is made anew is linked to one that is there.
rm "$(pyc t/same.py 1)"
levels '0, 1, 2' true
[ "$(inode $(all t/same.py))" = 1 ] || fail "not linked again"
# A new version does not touch what another name still holds.
ln "$(pyc t/same.py)" held
before=$(cksum <held)
settle
src t/same.py 'x = 2' 'assert x'
levels '0, 1' true
[ "$(cksum <held)" = "$before" ] || fail "the old file was written to"
[ "$(inode "$(pyc t/same.py)" "$(pyc t/same.py 1)")" = 2 ] || fail "linked what differs"
rm t/__pycache__/*.opt-2.pyc
check --levels 0,1 t
# Another level than those that the policy asks for is no partner; neither is one of another mode.
src t/one.py 'x = 1'
levels '0, 1' true
chmod 600 "$(pyc t/one.py)"
rm "$(pyc t/one.py 1)"
levels '0, 1' true
[ "$(inode "$(pyc t/one.py)" "$(pyc t/one.py 1)")" = 2 ] || fail "linked another mode"
[ -z "$(find t -name ".pycsync-*")" ] || fail "left-overs"
# Alone a level has nothing to be linked with.
rm -r t/__pycache__
levels 0 true
check t
