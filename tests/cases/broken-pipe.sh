# SPDX-License-Identifier: LGPL-2.1-or-later
# When nobody reads the output the work is done all the same, or at least nothing is left half done.
. "$LIB/case.sh"

bulk t 20
"$PYCSYNC" sync --python "$PY" --json -v t | true
check --loads t
[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "$(find t)"
"$PYCSYNC" sync --python "$PY" --json -v t 2>&1 | head -c 1 >/dev/null
check --loads t
[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "$(find t)"
run 0 t
check t
