# SPDX-License-Identifier: LGPL-2.1-or-later
# owned: where a package ships bytecode of another interpreter only, sync leaves the source or completes it.
. "$LIB/case.sh"
SITE=usr/lib/python3/dist-packages
file() {
	echo "t/$SITE/p/__pycache__/$1"
}
with() {
	printf 'version: 1\ndefaults: {optimize: [0, 1], owned: %s}\n' "$1" | policy
}
sync() {
	run "$1" --policy policy.yaml --root t "/$SITE"
}
verify() {
	try "$1" "$PYCSYNC" verify --json --policy policy.yaml --python "$PY" --root t "/$SITE"
}
findings() {
	sed -n 's/.*"finding": "\([a-z-]*\)".*"owned": \([a-z]*\)}/\1 \2/p' out | sort | paste -sd ' '
}
src t/$SITE/p/m.py
src t/$SITE/p/both.py
src t/$SITE/free.py
with leave
sync 0
mv "$(file both.$TAG.pyc)" kept
rm "$(file m.$TAG.pyc)" "$(file m.$TAG.opt-1.pyc)" "$(file both.$TAG.opt-1.pyc)"
mv kept "$(file both.$TAG.pyc)"
fake_pyc "$(file m.cpython-38.pyc)"
(cd t && find $SITE/p) >list
listed t

# Left to the package, and that is said.
sync 0
absent "$(file m.$TAG.pyc)" "$(file both.$TAG.opt-1.pyc)"
verify 1
case $(findings) in
*"owned-missing false"*) ;;
*) fail "$(findings)" ;;
esac
grep -q "\"owned-missing\".*\"path\": \"/$SITE/p/m.py\".*\"interpreter\": \"3.11\".*owned: complete" out || fail "whose"
run 0 --policy policy.yaml --root t --explain "/$SITE/p/m.py"
says "a package owns bytecode of this source"

# Completed: what is the package's stays as it is, even if it is wrong.
with complete
truncate -s 12 "$(file both.$TAG.pyc)"
snap "$(file both.$TAG.pyc)" "$(file m.cpython-38.pyc)" >before
verify 1
grep -q '"missing".*m.py.*pycsync sync' out || fail "to be completed"
grep -q '"truncated".*reinstall the package' out || fail "to be reinstalled"
grep -q '"level-missing".*both.py.*pycsync sync' out || fail "a level to be completed"
sync 0
there "$(file m.$TAG.pyc)" "$(file m.$TAG.opt-1.pyc)" "$(file both.$TAG.opt-1.pyc)"
snap "$(file both.$TAG.pyc)" "$(file m.cpython-38.pyc)" | cmp - before || fail "a package's file was touched"
cp t/$SITE/p/m.py source
verify 1
! grep -q '"\(level-\)*missing"' out || fail "still missing"
sync 0
says "0 compiled"

# It is kept right, what is wrong with it is fixed, and it goes with the source.
settle
src t/$SITE/p/m.py 'changed = 1'
sync 0
says "2 compiled"
chmod 600 "$(file m.$TAG.pyc)"
verify 1
grep -q "\"wrong-permissions\".*\"command\": \"rm -f .*/m.$TAG.pyc && pycsync sync" out || fail "sync makes it again"
# A file of the package's that is missing is the package's to bring.
rm "$(file both.$TAG.pyc)"
sync 0
absent "$(file both.$TAG.pyc)"
verify 1
grep -q '"level-missing".*both.py.*reinstall the package' out || fail "to be reinstalled"
rm t/$SITE/p/m.py
grep -v 'p/m\|cpython-38' list >fewer
mv fewer list
listed t
echo /$SITE/p/m.py >gone
trigger 0 rpm-postun --policy policy.yaml --root t <gone
absent "$(file m.$TAG.pyc)" "$(file m.$TAG.opt-1.pyc)"

# For one package or place alone.
printf 'version: 1\nrules: [{match: "**/p/**", owned: complete}]\n' | policy
try 0 "$PYCSYNC" policy explain --policy policy.yaml --root t --python "$PY" "/$SITE/p/both.py"
says "owned: complete"
