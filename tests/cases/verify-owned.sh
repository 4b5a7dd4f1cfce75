# SPDX-License-Identifier: LGPL-2.1-or-later
# Whose a file is decides what fixes it: a package's is reinstalled, of all others a command is named.
. "$LIB/case.sh"
SITE=usr/lib/python3/dist-packages
ROOT=$T/t
printf 'version: 1\nrules: [{match: "**/deep/**", optimize: [0]}]\n' >policy.yaml

# seed DIR: a fault of each kind.
seed() {
	for name in deep cut wide lead orphan nofile tag temporary; do
		src "$ROOT/$1/$name/m.py"
	done
	src "$ROOT/$1/k.py"
	src "$ROOT/$1/linked/m.py"
	run 0 --root "$ROOT" "/$1"
	"$PY" -I -c 'import sys, marshal
path = sys.argv[1]
head = open(path, "rb").read(16)
open(path, "wb").write(head + marshal.dumps(compile("x = 1", "/" + sys.argv[2], "exec")))' \
		"$(pyc "$ROOT/$1/deep/m.py")" "$1/deep/m.py"
	truncate -s 10 "$(pyc "$ROOT/$1/cut/m.py")"
	chmod 666 "$(pyc "$ROOT/$1/wide/m.py")"
	rm "$ROOT/$1/orphan/m.py"
	rm "$(pyc "$ROOT/$1/nofile/m.py")"
	mkdir "$(pyc "$ROOT/$1/nofile/m.py")"
	fake_pyc "$ROOT/$1/tag/__pycache__/m.cpython-37.pyc"
	: >"$ROOT/$1/temporary/__pycache__/m.$TAG.pyc.1234"
	mkdir "$ROOT/$1/k"
	cp "$(pyc "$ROOT/$1/k.py")" "$ROOT/$1/k/__init__.pyc"
	rm -r "$ROOT/$1/linked/__pycache__"
	ln -s ../cut/__pycache__ "$ROOT/$1/linked/__pycache__"
}
seed $SITE/own
seed $SITE/free
(cd "$ROOT" && find "$SITE/own") >list
listed "$ROOT"

# fixes DIR: "code fix", one a line.
fixes() {
	"$PY" -I -c 'import json, sys
for line in open("out"):
    one = json.loads(line)
    if one.get("path", "").startswith(sys.argv[1]):
        fix = one["fix"].split("/")[0].strip()
        print(one["finding"], "reinstall" if "reinstall" in fix else fix, one["owned"])' "/$SITE/$1/" | sort
}
try 1 "$PYCSYNC" verify --deep --json --python "$PY" --root "$ROOT" "/$SITE"
fixes own >own
fixes free >free
sed 's/ .*//' own >own.codes
sed 's/ .*//' free >free.codes
cmp own.codes free.codes || fail "not the same findings: $(diff own.codes free.codes)"
for code in code-differs truncated wrong-permissions orphan orphan-directory no-file unknown-tag temporary \
	legacy-shadow symlinked-cache; do
	grep -q "^$code " own || fail "not found: $code"
done
! grep -v 'reinstall True$' own || fail "a package's"
! grep -v 'pycsync .* False$\|rm -r*f False$' free || fail "nobody's"

# What lies beside a package's bytecode neither sync nor clean touch: rm does it.
rm -r "$ROOT/$SITE"
src "$ROOT/$SITE/m.py"
run 0 --root "$ROOT" "/$SITE"
echo "$SITE/__pycache__/m.cpython-39.pyc" >list
listed "$ROOT"
truncate -s 10 "$(pyc "$ROOT/$SITE/m.py")"
try 1 "$PYCSYNC" verify --python "$PY" --root "$ROOT" "/$SITE"
says "fix: rm -f $(pyc "$ROOT/$SITE/m.py")"
