# SPDX-License-Identifier: LGPL-2.1-or-later
# clean --made takes away what pycsync made and no other cache; without a record, nothing.
. "$LIB/case.sh"

made() {
	try 0 "$PYCSYNC" clean --made --root t "$@"
}
mkdir -p t/var/lib/pycsync
for name in ours/a ours/sub/b mixed/a mixed/python mixed/restored mixed/rewritten theirs/a; do
	src t/usr/$name.py
done
# Python's own, which pycsync finds fresh.
settle
"$PY" -I -m compileall -q t/usr/theirs t/usr/mixed/python.py
run 0 --root t --json /usr
totals compiled=5 fresh=2
run 0 --root t --json /usr
totals compiled=0 fresh=7
# Written anew by Python; restored from a backup.
"$PY" -I -m compileall -qf t/usr/mixed/rewritten.py
cp -p "$(pyc t/usr/mixed/restored.py)" copy
mv copy "$(pyc t/usr/mixed/restored.py)"
echo text >t/usr/ours/__pycache__/foreign.txt
fake_pyc t/usr/ours/__pycache__/a.cpython-310.pyc

# Nothing happens to the sources, and the reasons say so.
fake_pyc t/usr/theirs/__pycache__/a.graalpy-24.pyc
unchanged try 0 "$PYCSYNC" clean --made -n --root t /usr
[ "$(grep -c '^remove .*: pycsync made it$' out)" = 3 ] || fail "another reason than that it is made"
unchanged try 0 "$PYCSYNC" clean --all -n --root t /usr
[ "$(grep -c '^remove .*: all caches are to go$' out)" = "$(grep -c '^remove' out)" ] || fail "another reason than --all"
says "a.graalpy-24.pyc: all caches are to go"
rm t/usr/theirs/__pycache__/a.graalpy-24.pyc
# A part of the tree, and then the rest.
made --json /usr/ours/sub
totals removed=1
absent t/usr/ours/sub/__pycache__
made --json /usr
totals removed=2
absent "$(pyc t/usr/ours/a.py)" "$(pyc t/usr/mixed/a.py)"
there t/usr/ours/__pycache__/foreign.txt t/usr/ours/__pycache__/a.cpython-310.pyc \
	"$(pyc t/usr/mixed/python.py)" "$(pyc t/usr/mixed/restored.py)" \
	"$(pyc t/usr/mixed/rewritten.py)" "$(pyc t/usr/theirs/a.py)"
for source in ours/a ours/sub/b mixed/a; do
	there t/usr/$source.py
done

# Two levels that are one file; made again after a change; and a record that was cut off.
printf 'version: 1\ndefaults: {optimize: [0, 1, 2]}\n' | policy
src t/usr/levels.py 'x = 1'
src t/usr/again.py 'x = 1'
run 0 --root t --policy policy.yaml /usr/levels.py /usr/again.py
settle
src t/usr/again.py 'x = 22'
run 0 --root t --policy policy.yaml /usr/again.py
head -c 7 /dev/urandom >>t/var/lib/pycsync/memory
src t/usr/later.py
run 0 --root t /usr/later.py
made --json /usr/levels.py /usr/again.py /usr/later.py
totals removed=7
absent t/usr/__pycache__

# What was damaged in place is made right, though its time was put back.
run 0 --root t /usr/later.py
settle
touch -r "$(pyc t/usr/later.py)" stamp
printf '\247\r\r\n\0\0\0\0\0\0\0\0' | dd of="$(pyc t/usr/later.py)" bs=1 conv=notrunc 2>/dev/null
touch -r stamp "$(pyc t/usr/later.py)"
run 0 --root t --json /usr/later.py
totals compiled=0 restamped=1

# Looking makes no record.
mkdir -p other/var/lib/pycsync other/usr
src other/usr/a.py
try 0 "$PYCSYNC" sync -n --root other /usr
absent other/var/lib/pycsync/memory

# No record, or a broken one: nothing is proven, nothing goes.
run 0 --root t /usr/later.py
echo garbage >t/var/lib/pycsync/memory
made /usr
there "$(pyc t/usr/later.py)"
rm t/var/lib/pycsync/memory
made /usr
there "$(pyc t/usr/later.py)"
rm -r t/var
made /usr
there "$(pyc t/usr/later.py)"

# Of the whole system: the record goes as well, the directory stays.
mkdir -p t/var/lib/pycsync
printf 'version: 1\ntrees: [/usr]\n' | policy
src t/usr/last.py
run 0 --root t --policy policy.yaml
made --policy policy.yaml
absent "$(pyc t/usr/last.py)" t/var/lib/pycsync/memory t/var/lib/pycsync/lock
there t/var/lib/pycsync

# The root of a tree that held nothing else goes as well; another's directory stays.
lib=gone/usr/lib/python3
mkdir -p gone/var/lib/pycsync gone/usr/share $lib/other
src $lib/dist-packages/a.py
try 0 "$PYCSYNC" sync --root gone
rm $lib/dist-packages/a.py
try 0 "$PYCSYNC" clean --made --root gone
absent $lib/dist-packages
there $lib/other
