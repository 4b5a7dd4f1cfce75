# SPDX-License-Identifier: LGPL-2.1-or-later
# pycache-prefix: caches are where Python looks for them with that sys.pycache_prefix, and go with
# their sources, directories and whole trees.
. "$LIB/case.sh"

for name in a pkg/__init__ pkg/b pkg/deep/c gone/d gone/er/e; do
	src t/$name.py 'x = 1'
done
mkdir -p t/data
printf 'version: 1\npycache-prefix: %s/cache/py\ntrees: [%s/t]\ndefaults: {optimize: [0, 1]}\n' "$T" "$T" |
	policy
chmod 750 t/pkg/deep
run 0 --policy policy.yaml t
says "12 compiled"
[ -z "$(find t -name __pycache__)" ] || fail "a __pycache__"
[ "$(stat -c %a cache cache/py "cache/py$T/t/pkg/deep" | tr '\n' ' ')" = "755 755 750 " ] || fail "modes"
unchanged run 0 --policy policy.yaml t
# Python takes just these, writes none and reads none besides.
snap cache >before
for level in '' -O; do
	"$PY" -I -B $level -X pycache_prefix="$T/cache/py" - "$T/t" <<-'END'
		import importlib.util, os, sys
		sys.path.insert(0, sys.argv[1])
		for name in ("a", "pkg", "pkg.b"):
		    spec = importlib.util.find_spec(name)
		    assert os.path.exists(spec.cached), spec
		    importlib.import_module(name)
	END
done
snap cache >after
cmp before after || fail "Python wrote"
# What is gone, goes: a source, a directory, and with it the directories of its caches.
settle
rm -r t/a.py t/gone
src t/pkg/b.py 'x = 2'
run 0 --policy policy.yaml --json --dry-run t
plan | sed "s|$T||"
run 0 --policy policy.yaml t
absent "cache/py$T/t/gone" "cache/py$T/t/a.$TAG.pyc" "cache/py$T/t/a.$TAG.opt-1.pyc"
there "cache/py$T/t/pkg/b.$TAG.pyc" "cache/py$T/t/pkg/deep/c.$TAG.pyc" t/data
unchanged run 0 --policy policy.yaml t
# A path below the prefix speaks for its source; a removed source by its name; --all for all.
rm t/pkg/deep/c.py
run 0 --policy policy.yaml "cache/py$T/t/pkg/deep/c.$TAG.pyc"
absent "cache/py$T/t/pkg/deep"
rm "cache/py$T/t/pkg/b.$TAG.pyc"
run 0 --policy policy.yaml "cache/py$T/t/pkg"
there "cache/py$T/t/pkg/b.$TAG.pyc"
# Foreign files and what Python does not name stay, and so do their directories.
echo keep >"cache/py$T/t/pkg/note.txt"
echo keep >"cache/py$T/t/pkg/x.$TAG.pyc"
rm -r t/pkg
run 0 --policy policy.yaml t
there "cache/py$T/t/pkg/note.txt" "cache/py$T/t/pkg/x.$TAG.pyc"
absent "cache/py$T/t/pkg/b.$TAG.pyc" "cache/py$T/t/pkg/__init__.$TAG.pyc"
rm "cache/py$T/t/pkg/note.txt" "cache/py$T/t/pkg/x.$TAG.pyc"
# A whole tree that is gone; and without paths, all trees of the policy, gone ones as well.
src t/last.py 'x = 1'
run 0 --policy policy.yaml
there "cache/py$T/t/last.$TAG.pyc"
rm -r t
run 0 --policy policy.yaml
absent "cache/py$T"
there cache/py
# A link below the prefix leads nowhere.
src t/sub/a.py 'x = 1'
mkdir -p elsewhere "cache/py$T/t"
ln -s "$T/elsewhere" "cache/py$T/t/sub"
run 1 --policy policy.yaml t
absent "elsewhere/a.$TAG.pyc"
rm "cache/py$T/t/sub"
# What was there before in __pycache__ is left alone.
fake_pyc t/sub/__pycache__/old.$TAG.pyc
run 0 --policy policy.yaml t
there t/sub/__pycache__/old.$TAG.pyc "cache/py$T/t/sub/a.$TAG.pyc"
try 0 "$PYCSYNC" clean --all --policy policy.yaml t
absent "cache/py$T/t"
there t/sub/__pycache__/old.$TAG.pyc

# Each name of a directory has caches of its own: Python asks for those of the name that it imports by.
rm -rf t pfx
src t/a/m.py 'x = 1111'
src t/a/gone.py
ln -s a t/b
prefixed() {
	printf 'version: 1\npycache-prefix: %s/pfx\ninterpreters: ["3.11"]\ntrees: %s\n' "$T" "$1" | policy
}
prefixed "[$T/t/b]"
settle
try 0 "$PYCSYNC" sync --policy policy.yaml
prefixed "[$T/t/a, $T/t/b]"
touch -r t/a/m.py stamp
src t/a/m.py 'x = 2222'
touch -r stamp t/a/m.py
rm t/a/gone.py
settle
try 0 "$PYCSYNC" sync --policy policy.yaml
for name in a b; do
	[ "$("$PY" -X pycache_prefix="$T/pfx" -c "import sys; sys.path[:0] = ['$T/t/$name']; import m; print(m.x)")" = 2222 ] ||
		fail "t/$name: Python runs what was"
	there "pfx$T/t/$name/m.$TAG.pyc"
	absent "pfx$T/t/$name/gone.$TAG.pyc"
done
try 0 "$PYCSYNC" verify --policy policy.yaml
try 0 "$PYCSYNC" sync --policy policy.yaml
says '0 compiled, 2 fresh, 0 removed'
rm -r pfx
printf '%s\n' "$T/t/a/m.py" "$T/t/b/m.py" | try 0 "$PYCSYNC" sync --stdin --policy policy.yaml
there "pfx$T/t/a/m.$TAG.pyc" "pfx$T/t/b/m.$TAG.pyc"
