# SPDX-License-Identifier: LGPL-2.1-or-later
# Root uses no store, and no entry, that others may write to, and keeps nothing that the source of another user may
# have had a worker say.
# slow
. "$LIB/case.sh"
need_root

src t/a.py
src t/b.py 'x = 1'
mkdir -p open/s s
refused() {
	rm -rf t/__pycache__
	run 2 --store "$1" t
	once "the store $1 is not used: others may write $2"
	printf 'version: 1\nstore: {path: /nowhere/s, read: [%s]}\n' "$T/$1" | policy
	run 0 --policy policy.yaml --json t
	totals stored=0 compiled=2
	once "the store $T/$1 is not used: others may write $2"
	printf 'version: 1\nstore: {path: %s}\n' "$T/$1" | policy
	rm -r t/__pycache__
	run 0 --policy policy.yaml --json t
	totals stored=0 compiled=2
	once "the store $T/$1 is not used: others may write $2"
	try 2 "$PYCSYNC" store status --store "$1"
}
run 0 --store s t
cp -a s open/
chmod 777 open
refused open/s "$T/open"
chmod 755 open
chmod 775 open/s
chgrp $NOBODY open/s
refused open/s "$T/open/s"
chmod 755 open/s
chown $NOBODY open/s
refused open/s "$T/open/s"
chown 0:0 open/s
ln -s "$T/open/s" link
chown -h $NOBODY link
chown $NOBODY open
refused link "$T/open"
chown 0 open
# None is made there either.
chmod 777 open
run 2 --store open/new t
absent open/new
chmod 755 open

# An entry that is another's.
rm -r t/__pycache__
chown $NOBODY "$(find s -type f -path 's/??/*' | sort | head -n 1)"
chmod 666 "$(find s -type f -path 's/??/*' | sort | tail -n 1)"
run 0 --store s --json t
totals stored=0 compiled=2

# The largest source comes first; it is eve's, and the others follow it to the same worker.
src u/0.py "$(printf 'x = 1\n%.0s' 1 2 3 4 5 6 7 8 9)" 'eve = "was here"'
src u/a.py 'root = 1'
src u/b.py 'root = 2'
chown $NOBODY u/0.py
try 0 "$PYCSYNC" sync --python "$PY" -j 1 --store two u
try 0 "$PYCSYNC" store status --store two
says "$T/two: 0 entries"
for command in 'compile -q --store three' 'stage --store four'; do
	find u -depth -name __pycache__ -exec rm -r {} +
	# shellcheck disable=SC2086
	try 0,1 "$PYCSYNC" $command --python "$PY" -j 1 u
	try 0 "$PYCSYNC" store status --store "${command##* }"
	says ": 0 entries"
done
chown 0 u/0.py
find u -depth -name __pycache__ -exec rm -r {} +
try 0 "$PYCSYNC" sync --python "$PY" -j 1 --store two u
try 0 "$PYCSYNC" store status --store two
says "$T/two: 3 entries"
# What root's source is known by serves hers of the same bytes.
chown -R $NOBODY u
find u -depth -name __pycache__ -exec rm -r {} +
run 0 --store two --json u
totals stored=3 compiled=0
[ "$(stat -c %U "$(pyc u/a.py)")" = "$(stat -c %U u/a.py)" ] || fail "it is not hers"
