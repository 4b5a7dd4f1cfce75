# SPDX-License-Identifier: LGPL-2.1-or-later
# Help and version go to stdout with status 0; a mistake is one message on stderr and status 2.
. "$LIB/case.sh"

for words in --help 'sync --help' 'trigger --help' 'interpreters --help'; do
	try 0 "$PYCSYNC" $words
	grep -q pycsync out || fail "$words"
	[ ! -s err ] || fail "$words: on stderr"
done
try 0 "$PYCSYNC" --version
grep -q '^pycsync.*[0-9]\.[0-9]' out || fail "--version"
src t/a.py
for words in '' bogus --bogus 'sync --bogus t' 'sync -x t' 'sync -j t' 'sync -j -1 t' 'sync -j 1x t' \
	'sync -j' 'sync t --root' 'sync --python' 'sync --policy' 'trigger' 'trigger bogus' \
	'trigger alpm-post --bogus' 'interpreters --bogus' 'sync --json=yes t'; do
	unchanged try 2 "$PYCSYNC" $words </dev/null
	[ -s err ] || fail "no message: $words"
	[ ! -s out ] || fail "on stdout: $words"
done
run 0 -j 1 -q t
[ ! -s out ] || fail "-q printed something"
[ ! -s err ] || fail "-q printed something"
src t/bad.py 'x = ('
run 1 -q t
once "$T/t/bad.py"
run 0 -j 3 t/a.py
