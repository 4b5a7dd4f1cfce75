# SPDX-License-Identifier: LGPL-2.1-or-later
# --python takes an executable or a libpython; one that cannot serve is a message, and nothing is done.
. "$LIB/case.sh"

src t/a.py
libpython=$("$PYCSYNC" interpreters --json | "$PY" -I -c 'import json, sys
for line in sys.stdin:
    if json.loads(line)["tag"] == "cpython-311":
        print(json.loads(line)["libpython"])' | head -n 1)
try 0 "$PYCSYNC" sync --python "$libpython" t
check t
rm -r t/__pycache__
ln -s "$PY" python
try 0 "$PYCSYNC" sync --python "$T/python" --python "$PY" --json t
totals compiled=1
check t
rm -r t/__pycache__
echo garbage >libpython3.11.so.1.0
printf '#!/bin/sh\nexit 1\n' >broken
printf '#!/bin/sh\nwhile :; do echo lies; done\n' >liar
chmod +x broken liar
for name in none broken libpython3.11.so.1.0 t; do
	unchanged try 1,2 "$PYCSYNC" sync --python "$T/$name" t
	grep -qF "$T/$name" err || fail "not named: $name"
done
unchanged try 1,2 timeout 20 "$PYCSYNC" sync --python "$T/liar" t
