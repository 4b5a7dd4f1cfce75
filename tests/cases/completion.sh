# SPDX-License-Identifier: LGPL-2.1-or-later
# What bash offers behind the program's name is what the program has.
. "$LIB/case.sh"
need bash

mkdir bin
ln -s "$PYCSYNC" bin/pycsync
# offers WORD... : what is there for the last one, on one line
offers() {
	PATH="$T/bin:$PATH" bash -c '
		complete() { :; }
		. "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_pycsync
		echo "${COMPREPLY[*]}"' bash "$LIB/../../packaging/completions/pycsync.bash" "$@"
}
# Of PyPy a path is offered, as its version is refused.
offers pycsync sync --python '' >offered
tr ' ' '\n' <offered >words
while read -r word; do
	try 0 "$PYCSYNC" sync -n --python "$word" .
done <words
while IFS= read -r want && read -r words; do
	got=$(eval "offers $words")
	[ "$got" = "$want" ] || fail "$words: offered '$got', expected '$want'"
done <<'END'
sync
pycsync sy
help
pycsync he
stage status store
pycsync help st
--dry-run
pycsync sync --dr
--fail-on
pycsync verify --fa
leaking-path
pycsync verify --fail-on leak
3.11
pycsync sync --python 3.11
check
pycsync help policy ch
auto
pycsync stage --invalidation-mode a

pycsync compile --invalidation-mode a
show
pycsync policy s
--root
pycsync policy show --ro
prune
pycsync store pr
alpm-post alpm-pre
pycsync trigger al
--progress
pycsync clean --prog
always
pycsync sync --color al
END
