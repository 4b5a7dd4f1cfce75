# SPDX-License-Identifier: LGPL-2.1-or-later
# SOURCE_DATE_EPOCH: honored, ignored or required; the pair of source and pyc agrees once a package
# manager has clamped the source's time.
. "$LIB/case.sh"

SITE=d/usr/lib/python3.11/site-packages
stage() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" stage "$@"
}
mtime() {
	stat -c %Y "$@"
}
src $SITE/old.py
src $SITE/new.py
touch -d @1000000000 $SITE/old.py
touch -d @1700000000.5 $SITE/new.py
stage 0 d
check --root d d/usr
# Set, it means checked hashes, as py_compile has it; no time is touched.
export SOURCE_DATE_EPOCH=1600000000
stage 0 d
check --root d --mode checked-hash d/usr
unchanged stage 0 d
stage 0 --source-date-epoch ignore d
check --root d d/usr
stage 0 --invalidation-mode unchecked-hash d
check --root d --mode unchecked-hash d/usr
[ "$(mtime $SITE/new.py)" = 1700000000 ] || fail "touched"
# Timestamps: the header has the clamped time, and the source gets it from the package manager.
stage 0 --invalidation-mode timestamp d
[ "$(mtime $SITE/new.py)" = 1700000000 ] || fail "touched"
mv d t
unchanged stage 0 --invalidation-mode timestamp t
mv t d
cp -a d installed
touch -d @1600000000 installed/${SITE#d/}/new.py
check --root installed installed/usr
check --root d --except "$T/$SITE/new.py" --allow "$T/$(pyc $SITE/new.py)" d/usr || :
# With clamp-mtime here, before compiling; an older source is left alone, a fresh pyc does not hide it.
stage 0 --source-date-epoch ignore --invalidation-mode timestamp d
check --root d d/usr
stage 0 --invalidation-mode timestamp --clamp-mtime d
check --root d d/usr
[ "$(mtime $SITE/new.py)" = 1600000000 ] || fail "not clamped"
[ "$(mtime $SITE/old.py)" = 1000000000 ] || fail "an older one was touched"
mv d t
unchanged stage 0 --invalidation-mode timestamp --clamp-mtime t
mv t d
touch -d @1700000000 $SITE/new.py
printf 'version: 1\ndefaults: {invalidation: timestamp}\nsource-date-epoch: {use: require, clamp-mtime: true}\n' | policy
stage 0 --policy policy.yaml -n d
[ "$(mtime $SITE/new.py)" = 1700000000 ] || fail "touched in a dry run"
stage 0 --policy policy.yaml --no-clamp-mtime d
[ "$(mtime $SITE/new.py)" = 1700000000 ] || fail "touched against the option"
stage 0 --policy policy.yaml d
[ "$(mtime $SITE/new.py)" = 1600000000 ] || fail "not clamped by policy"
check --root d d/usr
# Two names of one source.
src $SITE/one.py
ln $SITE/one.py $SITE/two.py
touch -d @1700000000 $SITE/one.py
stage 0 --policy policy.yaml d
check --root d d/usr
# No number, negative, absurd: nothing is done. ignore does not even look.
rm -r $SITE/__pycache__
for bad in '' -1 +1 1.5 0x10 1e9 ' 1' '1 ' now 4294967296 99999999999999999999999; do
	SOURCE_DATE_EPOCH=$bad stage 2 d
	once SOURCE_DATE_EPOCH
	absent $SITE/__pycache__
done
SOURCE_DATE_EPOCH=now stage 0 --source-date-epoch ignore d
unset SOURCE_DATE_EPOCH
stage 0 d
stage 2 --source-date-epoch require d
once "SOURCE_DATE_EPOCH is required"
stage 2 --policy policy.yaml d
for epoch in 0 4294967295; do
	SOURCE_DATE_EPOCH=$epoch stage 0 --invalidation-mode timestamp --clamp-mtime d
	check --root d d/usr
done
