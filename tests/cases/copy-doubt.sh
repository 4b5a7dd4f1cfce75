# SPDX-License-Identifier: LGPL-2.1-or-later
# Only the ctimes of sources are later, as in any copy: what verify, clean and sync say with memory, without
# it, and where a source did change.
. "$LIB/copy.sh"
made_root
cp -a root plain
renewed root
[ "$(doubtful root)" = 9 ] || fail "the ctimes are not as they should be"
cp -a root changed
rewrite changed/usr/b.py "assert len, '''B'''"
cp -a changed forgotten

# Nothing is written by who only looks, even where memory proves something new.
cp -a root/var var
at root 0 verify --fail-on note
says "nothing wrong"
diff -r root/var var || fail "verify wrote to the memory"

# --no-state and --deep do not ask it, and nor does a user who may not.
at root 0 verify --json -v --no-state
[ "$(found stale-ctime)" = 9 ] || fail "--no-state: $(found stale-ctime) notes"
at root 1 verify --no-state --fail-on stale-ctime
at root 0 verify --deep --fail-on note
says "nothing wrong"
chmod 0 root/var/lib/pycsync/memory
if is_root && as_nobody test -x "$PYCSYNC"; then
	try 0 as_nobody "$PYCSYNC" verify --root "$T/root" --python "$PY" --json -v /usr
	[ "$(found stale-ctime)" = 9 ] || fail "another user: $(found stale-ctime) notes"
	chmod 0 root/var/lib/pycsync
	try 0 as_nobody "$PYCSYNC" verify --root "$T/root" --python "$PY" -v --fail-on error /usr
	chmod 755 root/var/lib/pycsync
fi
chmod 600 root/var/lib/pycsync/memory

# Of what a package owns nothing is said: it is as it was shipped.
cp -a root owned
renewed owned
rm -r owned/var
printf '%s\n' usr/a.py "$(pyc usr/a.py)" >list
listed owned
at owned 0 verify --json -v
[ "$(found stale-ctime)" = 6 ] || fail "owned: $(found stale-ctime) notes"

# The same damage is seen with memory and without: a file that was touched is opened.
cp -a root damaged
settle
printf '\377' | dd of="$(pyc damaged/usr/a.py)" bs=1 seek=40 conv=notrunc 2>err
at damaged 1 verify --json
[ "$("$PY" -c 'import json; print(json.loads(open("out").readlines()[-1])["summary"]["errors"])')" = 1 ] ||
	fail "damage is not seen"

# What keeps the doubt from being settled is named: the pyc, whose body cannot be read.
if command -v strace >/dev/null; then
	cp -a root unread
	renewed unread
	export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
	try 1 strace -f -o trace -P "$(pyc "$T/unread/usr/a.py")" -e trace=read,pread64 \
		-e inject=read,pread64:error=EIO:when=2 \
		"$PYCSYNC" verify --root unread --policy policy.yaml --python "$PY" /usr
	says "$(pyc /usr/a.py): Input/output error"
	says "1 errors, 0 warnings"
fi

same_with_state root
at root 0 verify --fail-on note

# Where a source has other bytes, memory proves it. Without, it is a doubt, and --deep finds other code.
at changed 1 verify --json
[ "$(found stale-content) $(found stale-ctime)" = "3 0" ] || fail "what changed is not found"
at changed 0 sync --json
totals compiled=3
at changed 0 verify --fail-on note

rm -r forgotten/var
at forgotten 0 verify --json -v
[ "$(found stale-ctime)" = "$(doubtful forgotten)" ] || fail "forgotten: $(found stale-ctime) notes"
# Only level 0 has the text that differs.
at forgotten 1 verify --json -v --deep
[ "$(found code-differs) $(found stale-ctime)" = "1 0" ] || fail "--deep does not settle it"
at forgotten 0 clean --json
totals removed=0

renewed plain
same_without_state plain
