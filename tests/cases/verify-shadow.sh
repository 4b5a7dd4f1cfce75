# SPDX-License-Identifier: LGPL-2.1-or-later
# A pyc outside of __pycache__: whether Python takes it, and in the place of what, says Python.
# slow
. "$LIB/case.sh"
export T
"$PY" -I -X utf8 "$LIB/../verify/shadow.py" || fail "see above"

# Where one source is named, its package is looked at: it wins.
mkdir -p "$T/one/k"
src "$T/one/k.py"
run 0 "$T/one"
try 0 "$PYCSYNC" verify --python "$PY" "$T/one/k.py"
cp "$(pyc "$T/one/k.py")" "$T/one/k/__init__.pyc"
try 1 "$PYCSYNC" verify --python "$PY" "$T/one/k.py"
says "error legacy-shadow"
cp "$(pyc "$T/one/k.py")" "$T/one/k.pyc"
rm "$T/one/k/__init__.pyc"
try 0 "$PYCSYNC" verify --python "$PY" "$T/one/k.py"
try 1 "$PYCSYNC" verify --python "$PY" --fail-on legacy-unused "$T/one/k.py"
