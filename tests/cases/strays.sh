# SPDX-License-Identifier: LGPL-2.1-or-later
# pytest's rewritten pycs, and those of interpreters that nobody knows: they go with their source, in every
# command, and keep no directory alive; and never with the source of another.
. "$LIB/case.sh"
SITE=usr/lib/python3/dist-packages
dir=t/$SITE/p
pytest=m.$TAG-pytest-7.2.1.pyc

# seed: a package whose sources are gone but for their strays, and its neighbours.
seed() {
	rm -rf t/usr
	src $dir/m.py
	src $dir/a.py
	src $dir/a.b.py
	src t/$SITE/other.py
	for name in $pytest m.$TAG-PYTEST.pyc m.graalpy-24.pyc m.cpython-27.pyc a.b.graalpy-24.pyc \
		a.b.$TAG-pytest-7.2.1.pyc a.graalpy-24.pyc; do
		fake_pyc $dir/__pycache__/$name
	done
	printf 'no pyc' >$dir/__pycache__/m.data.pyc
}
gone() {
	absent $dir/__pycache__/$pytest $dir/__pycache__/m.$TAG-PYTEST.pyc $dir/__pycache__/m.graalpy-24.pyc \
		$dir/__pycache__/m.cpython-27.pyc
}
stay() {
	there $dir/__pycache__/a.b.graalpy-24.pyc $dir/__pycache__/a.b.$TAG-pytest-7.2.1.pyc \
		$dir/__pycache__/a.graalpy-24.pyc $dir/__pycache__/m.data.pyc
}

# As long as the source is there nothing happens, and verify has nothing to say of pytest's.
seed
run 0 --root t /$SITE
there $dir/__pycache__/$pytest $dir/__pycache__/m.graalpy-24.pyc
try 0 "$PYCSYNC" clean --root t /$SITE
there $dir/__pycache__/$pytest $dir/__pycache__/m.graalpy-24.pyc
try 1 "$PYCSYNC" verify --json --python "$PY" --root t /$SITE
! grep -q pytest-7 out || fail "pytest's are a fault"
grep -q '"unknown-tag".*m.graalpy-24.pyc' out || fail "unknown tags are not"

# The walk of sync and of clean, and a list.
rm $dir/m.py
cp -a t gone
try 1 "$PYCSYNC" verify --json --python "$PY" --root t /$SITE
for name in $pytest m.$TAG-PYTEST.pyc m.graalpy-24.pyc m.cpython-27.pyc; do
	grep -q "\"orphan\".*/$name\".*\"source\": \"/$SITE/p/m.py\"" out || fail "no orphan: $name"
done
! grep -q '"orphan".*/a\.' out || fail "an orphan although its source is there"
grep -q '"unknown-tag".*m.data.pyc' out || fail "no pyc"
run 0 --root t /$SITE
gone
stay
for command in "sync --python $PY" clean; do
	for path in /$SITE /$SITE/p/m.py /$SITE/p/__pycache__; do
		rm -rf t/usr
		cp -a gone/usr t/
		# shellcheck disable=SC2086 # words
		try 0 "$PYCSYNC" $command --root t $path
		gone
		stay
	done
done
# A list that names another source says nothing of them.
rm -rf t/usr
cp -a gone/usr t/
run 0 --root t /$SITE/p/a.py
there $dir/__pycache__/$pytest $dir/__pycache__/m.graalpy-24.pyc

# Triggers: before and after the removal, and of a whole package, whose directory goes.
echo $SITE/p/m.py >list
listed t
trigger 0 alpm-post --root t <list
gone
stay
seed
trigger 0 alpm-pre --root t <list
gone
stay
seed
rm $dir/a.py $dir/a.b.py $dir/m.py $dir/__pycache__/m.data.pyc
printf '/%s\n' $SITE/p/m.py $SITE/p/a.py $SITE/p/a.b.py $SITE/p >list
trigger 0 dpkg --root t <list || :
trigger 0 rpm-postun --root t <list
absent $dir
seed
rm $dir/a.py $dir/m.py $dir/a.b.py $dir/__pycache__/m.data.pyc
try 0 "$PYCSYNC" clean --root t /$SITE
absent $dir
there t/$SITE/other.py

# With one of two possible sources nobody knows whose it is.
seed
rm $dir/a.b.py
run 0 --root t /$SITE
there $dir/__pycache__/a.b.graalpy-24.pyc
absent $dir/__pycache__/a.b.$TAG-pytest-7.2.1.pyc

# A package's stays, and so does what is not known to be pycsync's with --made.
seed
rm $dir/m.py
try 0 "$PYCSYNC" clean --made --root t /$SITE
there $dir/__pycache__/$pytest
echo /$SITE/p/__pycache__/$pytest >list
listed t
run 0 --root t /$SITE
there $dir/__pycache__/$pytest
absent $dir/__pycache__/m.graalpy-24.pyc
try 1 "$PYCSYNC" verify --json --python "$PY" --root t /$SITE
grep -q "\"orphan\".*$pytest.*reinstall" out || fail "a package's orphan"

# All caches: those of sources that are there as well.
seed
rm -r t/db t/etc
try 0 "$PYCSYNC" clean --all --root t /$SITE
gone
absent $dir/__pycache__/a.b.graalpy-24.pyc $dir/__pycache__/a.b.$TAG-pytest-7.2.1.pyc
there $dir/__pycache__/m.data.pyc

# In a package.
seed
rm $dir/m.py
tar -C t -cf t.tar usr
try 1 "$PYCSYNC" verify --json t.tar
for name in $pytest m.$TAG-PYTEST.pyc m.graalpy-24.pyc m.cpython-27.pyc; do
	grep -q "\"orphan\".*/$name\"" out || fail "no orphan: $name"
done
! grep -q 'pytest-7.*a\.b\|"orphan".*/a\.' out || fail "an orphan although its source is there"
grep -q '"unknown-tag".*/a.b.graalpy-24.pyc' out || fail "an unknown tag"
grep -q '"unknown-tag".*/m.data.pyc' out || fail "no pyc"
