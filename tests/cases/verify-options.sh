# SPDX-License-Identifier: LGPL-2.1-or-later
# Exit status, --fail-on, notes, what is no place to look at, JSON by its schema.
. "$LIB/case.sh"
verify() {
	status=$1
	shift
	try "$status" "$PYCSYNC" verify --python "$PY" "$@"
}
src "$T/t/a.py"
src "$T/t/b.py"
run 0 "$T/t"
verify 0 "$T/t"
says "2 sources, 2 pycs: nothing wrong"
unchanged verify 0 "$T/t"

rm "$(pyc "$T/t/b.py")"
printf x >>"$(pyc "$T/t/a.py")"
unchanged verify 1 "$T/t"
says "error damaged"
says "warning missing"
verify 1 --fail-on error "$T/t"
verify 1 --fail-on missing,orphan "$T/t"
verify 0 --fail-on orphan "$T/t"
verify 0 --fail-on never "$T/t"
verify 2 --fail-on nonsense "$T/t"
once nonsense
verify 1 -q "$T/t"
says damaged
verify 1 --json "$T/t"
"$PY" -I "$LIB/../verify/schema.py" <"$T/out" || fail "schema"

# A note is shown to who asks, and no reason to fail but for who says so.
rm -r "$T/t"
src "$T/t/bad.py" "x ="
verify 0 "$T/t"
says "nothing wrong"
if grep -q bad.py "$T/out"; then fail "a note was shown"; fi
verify 0 -v "$T/t"
says "note not-compiling"
verify 1 --fail-on note "$T/t"

# A source that is gone speaks for its caches; a slip of the pen does not pass for a clean tree.
src "$T/t/gone.py"
run 1 "$T/t"
rm "$T/t/gone.py"
verify 1 "$T/t/gone.py"
says orphan
verify 2 "$T/typo"
once typo
verify 2 "$T/typo.deb"
verify 2 --installed no-such-package
verify 2 --installed ../etc
verify 2 --package "$T/t"
