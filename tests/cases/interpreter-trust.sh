# SPDX-License-Identifier: LGPL-2.1-or-later
# Root loads no library and runs no program that others may write or exchange, whoever named it.
. "$LIB/case.sh"

need_root
library=$("$PYCSYNC" interpreters --json | sed -n 's/.*"cpython-311".*"libpython": "\([^"]*\)".*/\1/p')
test -f "$library" || skip "no shared libpython"
mkdir -p py/lib py/bin
cp "$library" py/lib/libpython3.11.so.1.0
cp "$PY" py/bin/python3.11
chmod 755 py py/lib py/bin py/bin/python3.11
chmod 644 py/lib/libpython3.11.so.1.0
src t/a.py
# refused NAME PLACE: for that path, which PLACE gives away.
refused() {
	for change in 'chmod o+w' "chown $NOBODY"; do
		$change "$2"
		unchanged try 2 "$PYCSYNC" sync --python "$T/$1" t
		once "root does not run it: others may write $T/$2"
		try 0 "$PYCSYNC" interpreters --python "$T/$1"
		grep -qF "$T/$1: root does not run it" out || fail "not listed"
		chown 0 "$2"
		chmod 755 "$2"
	done
}
for place in py py/lib py/lib/libpython3.11.so.1.0; do
	refused py/lib/libpython3.11.so.1.0 $place
done
rm -r py/lib
for place in py py/bin py/bin/python3.11; do
	refused py/bin/python3.11 $place
done
# Neither is one asked for its sys.path, which it tells outside of a worker.
mkdir py/lib
cp "$library" py/lib/libpython3.11.so.1.0
printf '#!/bin/sh\ntouch %s/ran\n' "$T" >py/bin/python3.11
chmod 777 py/bin/python3.11
try 1 "$PYCSYNC" compile --python "$T/py/lib/libpython3.11.so.1.0" -q
once "root does not run it: others may write $T/py/bin/python3.11"
absent ran
rm -r py/lib
cp "$PY" py/bin/python3.11
chmod 755 py/bin/python3.11
# One that the policy names is passed over, and the others serve.
chmod 777 py/bin
printf 'version: 1\ninterpreters: [%s/py/bin/python3.11]\n' "$T" | policy
try 1 "$PYCSYNC" sync -v --policy policy.yaml t
grep -q 'others may write' err || fail "not said"
printf 'version: 1\ninterpreters: [%s/py/bin/python3.11, %s]\n' "$T" "$PY" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml t
there "$(pyc t/a.py)"
# An ordinary user runs what he likes.
rm -r t/__pycache__
give_away t py
chmod 755 .
as_nobody "$PYCSYNC" sync --python "$T/py/bin/python3.11" t >out 2>err || fail "refused to its owner"
there "$(pyc t/a.py)"
