# SPDX-License-Identifier: LGPL-2.1-or-later
# interpreters: a list of versions, executables and libpythons, or auto.
. "$LIB/case.sh"

src t/a.py
for list in auto '[3.11]' '["3.11"]' "[$PY]" "[3.11, $PY]"; do
	rm -rf t/__pycache__
	printf 'version: 1\ninterpreters: %s\n' "$list" | policy
	try 0 "$PYCSYNC" sync --policy policy.yaml t
	check t
done
printf 'version: 1\ninterpreters: [3.11]\ndefaults: {optimize: [1]}\n' | policy
try 0 "$PYCSYNC" sync --policy policy.yaml t
there "$(pyc t/a.py 1)"
try 0 "$PYCSYNC" sync t
