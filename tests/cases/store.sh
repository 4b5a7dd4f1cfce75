# SPDX-License-Identifier: LGPL-2.1-or-later
# A second tree is made from the store: no compiler is asked, whatever the names, and the bytes are those that
# compiling gives.
. "$LIB/case.sh"

store_run() {
	wanted=$1
	shift
	try "$wanted" "$program" sync --python "$PY" --policy policy.yaml --store s --json "$@"
}
policy <<-'END'
	version: 1
	defaults: {optimize: [0, 1, 2]}
END
mkdir s bin
for tree in a/one other/two/b; do
	src $tree/m.py
	src $tree/é.py 'print(__file__)' 'def f(): return "é", (1, 2), {1, 2}' 'class C:' '    def g(self): return [f]'
	src "$tree/sub/other/two.py" "x = '$T/other/two/b/m.py'" "y = 'm'" "z = '$T/other/two/b/sub/other/two.py'"
	printf 'x = 1\n' >"$tree/$(printf '\377').py"
done
program=$PYCSYNC
store_run 0 a/one
totals compiled=12 stored=0
# There is no worker beside this one.
cp "$PYCSYNC" bin/pycsync
program=$T/bin/pycsync
src none/a.py 'nobody = "compiled this"'
store_run 1 none
store_run 0 other/two/b
totals compiled=0 stored=12 fresh=0 failed=0
grep -q '"from": "store"' out || fail "JSON does not say from where"
store_run 0 other/two/b
totals compiled=0 stored=0 fresh=12
check --levels 0,1,2 other
mkdir kept
cp -a other kept/
rm -r other/two/b/__pycache__ other/two/b/sub/other/__pycache__
sed 's/{/{reproducible: true, /' policy.yaml >reproducible.yaml
run 0 --policy reproducible.yaml other/two/b
diff -r kept/other other || fail "other bytes"

# In words, and in a hash mode.
rm -r other/two/b/__pycache__
try 0 "$program" sync --python "$PY" --policy policy.yaml --store s --explain other/two/b
says '(3.11, level 0): there is no pyc yet; from the store'
says 'pycsync: 0 compiled, 9 from the store, 3 fresh'
printf 'version: 1\ndefaults: {optimize: 1, invalidation: checked-hash}\n' | policy
store_run 0 other/two/b
totals stored=4 compiled=0

# Where the interpreter's own bytes are asked for, the store is not used.
find other -depth -name __pycache__ -exec rm -r {} +
printf 'version: 1\ndefaults: {reproducible: false}\n' | policy
program=$PYCSYNC
store_run 0 other/two/b
totals stored=0 compiled=4
try 0 "$PYCSYNC" store status --store s
says "$T/s: 12 entries, "
