# SPDX-License-Identifier: LGPL-2.1-or-later
# Help and version go to stdout with status 0; a mistake is one message on stderr and status 2.
. "$LIB/case.sh"

for words in --help 'sync --help' 'trigger --help' 'interpreters --help'; do
	try 0 "$PYCSYNC" $words
	grep -q pycsync out || fail "$words"
	[ ! -s err ] || fail "$words: on stderr"
done
for words in --version -V; do
	try 0 "$PYCSYNC" $words
	grep -q '^pycsync.*[0-9]\.[0-9]' out || fail "$words"
done
"$PYCSYNC" sync --help >by-option
try 0 "$PYCSYNC" help sync
cmp out by-option || fail "help sync"
# Nothing is wider than a terminal.
for command in sync trigger stage compile clean verify status interpreters store policy 'policy check' \
	'policy show' 'policy explain' py3compile py3clean; do
	"$PYCSYNC" help $command >help
	[ -s help ] || fail "help $command"
	! grep -n '.\{80\}' help || fail "wide: help $command"
done
# A word means something else to another command, and the manual is that of the command.
while read -r command && read -r words; do
	"$PYCSYNC" help $command | tr -s ' \n' '  ' >help
	grep -qF -e "$words" help || fail "not in help $command: $words"
done <<'END'
interpreters
--python PATH list this one as well
sync
--python PATH only this interpreter
verify
-q --quiet no summary -v --verbose print notes
verify
to --no-hardlink-dupes are of 'stage', and need --stage. The manual is pycsync-verify(8).
stage
The manual is pycsync-stage(8).
policy check
-q --quiet only errors -v --verbose tell of each tree
compile
executable, a libpython or a version
help
usage: pycsync COMMAND
-h
'pycsync --version' or -V
END
# What was meant.
while read -r words && read -r message; do
	unchanged try 2 "$PYCSYNC" $words
	once "$message"
done <<'END'
synk
unknown command 'synk': did you mean 'sync'?
help cleen
unknown command 'cleen': did you mean 'clean'?
help sync extra
help: unexpected argument 'extra'
policy check --nothing-like-it
policy check: unknown option '--nothing-like-it'; see 'pycsync help policy check'
sync --dryrun t
unknown option '--dryrun': did you mean '--dry-run'?
verify --fial-on=never t
unknown option '--fial-on': did you mean '--fail-on'?
sync --nothing-like-it t
unknown option '--nothing-like-it'; see 'pycsync help sync'
sync -qz t
unknown option '-z'; see
sync --root
--root: expected DIR
sync --json=yes t
--json takes no argument
verify --no t
ambiguous option '--no'
END
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
