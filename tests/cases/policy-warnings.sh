# SPDX-License-Identifier: LGPL-2.1-or-later
# warnings: what CPython warns of is passed over, shown, or an error, for each tree and rule.
. "$LIB/case.sh"

src t/good.py
src t/warns.py 'x = 1' 'y = x is 1' 'z = (1)(2)'
src t/other/warns.py 'x = 1' 'y = x is 1'
with() {
	printf 'version: 1\ndefaults: {optimize: [0, 1], warnings: %s}\n%s\n' "$1" "${2:-}" | policy
	find t -depth -name __pycache__ -exec rm -r {} +
}
for default in '' ignore; do
	with "${default:-ignore}"
	run 0 ${default:+--policy policy.yaml} t
	[ ! -s err ] || fail "words"
done
check --levels 0,1 t
with show "rules: [{match: '**/other/**', warnings: ignore}]"
run 0 --policy policy.yaml t
once "$T/t/warns.py:2: SyntaxWarning: \"is\" with "
once '  y = x is 1'
once "pycsync: warning: $T/t/warns.py:3: SyntaxWarning: 'int' object is not callable"
[ "$(wc -l <err)" = 4 ] || fail "more or less than two warnings"
check --levels 0,1 t
unchanged run 0 --policy policy.yaml t
[ ! -s err ] || fail "words on what is fresh"
settle
src t/warns.py 'y = 1 is 2'
run 0 --policy policy.yaml --json t
says '"warning": "'
# -q is about warnings as well; the environment is not asked.
with show
try 0 env PYTHONWARNINGS=ignore "$PYCSYNC" sync --python "$PY" --policy policy.yaml t
once "$T/t/other/warns.py:2: SyntaxWarning"
with show
run 0 -q --policy policy.yaml t
[ ! -s err ] || fail "words with -q"
# As an error, it leaves no cache, not even the old one.
with ignore
run 0 --policy policy.yaml t
settle
src t/warns.py 'x = 1' '' 'y = x is 1'
with_error="trees: [{path: $T/t/other, warnings: show}]"
printf 'version: 1\ndefaults: {optimize: [0, 1], warnings: error}\n%s\n' "$with_error" | policy
run 1 --policy policy.yaml t
once "$T/t/warns.py:3: SyntaxWarning: \"is\" with "
absent "$(pyc t/warns.py)" "$(pyc t/warns.py 1)"
there "$(pyc t/other/warns.py)"
check --levels 0,1 --except "$T/t/warns.py" t
# A source that does not compile at all is told as ever.
src t/bad.py 'def'
run 1 --policy policy.yaml t
once "$T/t/bad.py:1: SyntaxError"
# Each of several warnings has a line of its own, in the form of any error, and verify misses no pyc then.
rm -r t
src t/several.py 'x = 1 is 1' 'y = 2' 'assert (1, 2)' 'z = x is 3'
with error
run 1 --policy policy.yaml t
grep -c "^pycsync: $T/t/several.py:[134]: SyntaxWarning: .* \[3.11\]\$" err | grep -qx 3 || fail "the form of an error"
once '  assert (1, 2)'
once "pycsync: $T/t/several.py:4: "
[ "$(grep -vc '^pycsync: \|^  ' err)" = 0 ] || fail "lines of no form"
try 0 "$PYCSYNC" verify --python "$PY" --policy policy.yaml t
try 1 "$PYCSYNC" verify --python "$PY" --policy policy.yaml --fail-on not-compiling t
says "several.py (3.11): found it has warnings, which are errors"
with show
try 1 "$PYCSYNC" verify --python "$PY" --policy policy.yaml t
says "warning missing"
