# SPDX-License-Identifier: LGPL-2.1-or-later
# A pyc that nobody asks for and that the importer takes for a source that has changed: the fix that is named
# is one, though sync leaves such a source alone.
. "$LIB/case.sh"

mkdir -p r/etc/pycsync r/var/lib/pycsync bin
ln -s "$PYCSYNC" bin/pycsync
trees() {
	printf 'version: 1\ninterpreters: ["%s"]\ntrees: [%s]\n' "$1" "$2" >r/etc/pycsync/policy.yaml
}
# fixed FINDING PYC [OPTION...]: it is found, by itself, and not any more once its command was run.
fixed() {
	finding=$1 pyc=$2
	shift 2
	try 1 "$PYCSYNC" verify --root r --json "$@"
	command=$("$PY" -I - "$finding" "${pyc#r}" <<-'END'
		import json, sys
		line, _ = map(json.loads, open("out", encoding="utf-8"))
		assert [line["finding"], line["path"]] == sys.argv[1:], line
		print(line["command"])
	END
	) || fail "not only $finding"
	PATH=$T/bin:$PATH sh -ec "$command"
	try 0 "$PYCSYNC" verify --root r --json --fail-on note "$@"
	absent "$pyc"
}
sync() {
	try 0 "$PYCSYNC" sync --root r "$@"
}

# Excluded.
trees 3.11 '{path: /a, invalidation: unchecked-hash}'
src r/a/m.py 'x = "one"'
sync
trees 3.11 '{path: /a, compile: false}'
src r/a/m.py 'x = "another"'
fixed stale-hash "$(pyc r/a/m.py)"

# The same, where only memory knows.
trees 3.11 /a
sync
settle
rewrite r/a/m.py 'x = "changed"'
trees 3.11 '{path: /a, compile: false}'
fixed stale-content "$(pyc r/a/m.py)"

# In the tree of an interpreter that is not served.
trees 3.11 '"/py{version}"'
src r/py3.11/m.py 'x = "one"'
sync
settle
rewrite r/py3.11/m.py 'x = "two"'
trees 3.99 '"/py{version}"'
fixed stale-content "$(pyc r/py3.11/m.py)"

# A level that was asked for, and lies there as if it were newer than the source: sync removes it.
trees 3.11 '{path: /a, invalidation: unchecked-hash, optimize: [0, 1]}'
src r/a/m.py 'x = "one"'
sync
src r/a/m.py 'x = "another"'
settle
touch "$(pyc r/a/m.py 1)"
trees 3.11 '{path: /a, invalidation: unchecked-hash}'
sync
absent "$(pyc r/a/m.py 1)"
try 0 "$PYCSYNC" verify --root r --fail-on note

# What a time leaves in doubt.
trees 3.11 /a
src r/a/other.py
sync
rm -r r/var/lib/pycsync/*
printf 'rules: [{match: "**/m.py", compile: false}]\n' >>r/etc/pycsync/policy.yaml
settle
chmod 600 r/a/m.py
chmod 644 r/a/m.py
fixed stale-ctime "$(pyc r/a/m.py)" --fail-on note
