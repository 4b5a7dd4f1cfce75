# SPDX-License-Identifier: LGPL-2.1-or-later
# What was compiled once is not compiled again while its bytes are the same, whatever its times say: it
# gets a new header, or nothing at all. Any doubt compiles.
. "$LIB/case.sh"

mkdir -p t/var/lib/pycsync t/usr
policy <<-END
	version: 1
	defaults:
	  optimize: [0, 1, 2]
END
mode=timestamp
# go TOTAL...: a run over /usr, which is right after it.
go() {
	run 0 --root t --policy policy.yaml --json /usr
	totals "$@"
	check --root t --levels 0,1,2 --mode $mode t/usr
}
for name in same touched edited; do
	src t/usr/$name.py "assert __debug__, '''$name'''"
done
go compiled=9
settle
go compiled=0 fresh=9

# A package's upgrade: all are new files; one has another mtime, one other bytes.
upgrade() {
	cp -p "$1" copy
	mv copy "$1"
}
for name in same touched edited; do
	upgrade t/usr/$name.py
done
touch -d @1600000000 t/usr/touched.py
rewrite t/usr/edited.py "assert __debug__, '''EDITED'''"
before=$(stat -c '%i %Z' "$(pyc t/usr/same.py)")
inode=$(stat -c %i "$(pyc t/usr/touched.py)")
unchanged run 0 --root t --policy policy.yaml -n --explain /usr
grep -q "^restamp /usr/touched.py (3.11, level 0): the source has another mtime" out || [ "$TAG" != cpython-311 ] ||
	fail "no restamp is planned"
go compiled=3 restamped=3 fresh=3
[ "$(stat -c '%i %Z' "$(pyc t/usr/same.py)")" = "$before" ] || fail "what was right was written"
[ "$(stat -c %i "$(pyc t/usr/touched.py)")" = "$inode" ] || fail "a time is not put into the file that is there"
go compiled=0 restamped=0 fresh=9
[ "$("$PY" -I -c 'import sys; sys.path.insert(0, "t/usr"); import touched; print(touched.__spec__.cached)')" ] ||
	fail "it cannot be imported"

# Another name of the file is somebody else's, and another mode is another file.
pyc=$(pyc t/usr/touched.py)
ln "$pyc" held
cp held copy
touch -d @1610000000 t/usr/touched.py
go restamped=3 fresh=6
cmp -s held copy || fail "another name's file was written to"
[ "$(stat -c %h held "$pyc" | xargs)" = "1 1" ] || fail "still one file"
settle
inode=$(stat -c %i "$pyc")
chmod 600 t/usr/touched.py
touch -d @1620000000 t/usr/touched.py
go restamped=3 fresh=6
[ "$(stat -c %a "$pyc")" = 600 ] || fail "mode $(stat -c %a "$pyc")"
[ "$(stat -c %i "$pyc")" != "$inode" ] || fail "the mode of the file that is there was changed"
settle

# Put back with the same size and time, it is seen by its content alone.
settle
for name in same touched; do
	upgrade t/usr/$name.py
done
rewrite t/usr/same.py "assert __debug__, '''SAME'''"
go compiled=3 fresh=6

# Another mode is another header.
mode=checked-hash
policy <<-END
	version: 1
	defaults:
	  optimize: [0, 1, 2]
	  invalidation: checked-hash
END
go compiled=0 restamped=9
go compiled=0 restamped=0 fresh=9
settle
touch -d @1500000000 t/usr/same.py
go compiled=0 restamped=0 fresh=9
mode=timestamp
policy <<-END
	version: 1
	defaults:
	  optimize: [0, 1, 2]
END
go compiled=0 restamped=9

# Doubts: the body is another, the name is, the form is, or nothing is remembered.
settle
printf '\377' | dd of="$(pyc t/usr/same.py)" bs=1 seek=40 conv=notrunc 2>err
touch -d @1400000000 t/usr/same.py t/usr/touched.py
go compiled=1 restamped=5
settle
mkdir t/usr/sub
cp -p t/usr/same.py t/usr/sub/
cp -rp t/usr/__pycache__ t/usr/sub/
touch -d @1300000000 t/usr/sub/same.py
go compiled=3 restamped=0
printf 'version: 1\ndefaults: {optimize: [0, 1, 2], reproducible: true}\n' | policy
touch -d @1200000000 t/usr/same.py
go compiled=3 restamped=0
rm t/var/lib/pycsync/memory
touch -d @1100000000 t/usr/same.py
go compiled=3 restamped=0

# A trigger tells of it, too.
printf 'version: 1\ntrees: [/usr]\ndefaults: {optimize: [0, 1, 2], reproducible: true}\n' | policy
settle
touch -d @1000000000 t/usr/same.py
echo /usr/same.py >list
trigger 0 rpm-in --python "$PY" --root t --policy policy.yaml <list
[ "$(cat out)" = 'pycsync: 3 restamped' ] || fail "the trigger's words"
