# SPDX-License-Identifier: LGPL-2.1-or-later
# A symlink given as PATH is followed, a directory symlink met in a walk is not; links to sources
# are sources.
. "$LIB/case.sh"

src t/real/a.py
src t/other/b.py
ln -s ../real t/other/dirlink
ln -s other t/link
ln -s ../real/a.py t/other/alias.py
ln -s nowhere.py t/other/dangling.py
ln -s loop.py t/other/loop.py
run 0 t/link
check t/link/
absent t/real/__pycache__ "$(pyc t/other/dangling.py)" "$(pyc t/other/loop.py)"
there "$(pyc t/other/b.py)" "$(pyc t/other/alias.py)"
unchanged run 0 t/link
rm -r t/other/__pycache__
run 0 t/other
check t/other
run 0 t/other/dirlink/a.py
there "$(pyc t/real/a.py)"
run 0,1 t/other/loop.py t/other/loop.py/x.py
absent "$(pyc t/other/loop.py)"

# What has two names is worked on once, and a broken source is named once.
rm -rf t
src t/real/a.py
src t/real/bad.py 'x = ('
src t/b.py
ln -s t top
ln -s real t/alias
run 1 --json t/real t/alias/a.py top/real/bad.py
totals sources=2 compiled=1 failed=1
rm t/real/bad.py
run 0 --json top/real t/alias/a.py
totals sources=1 fresh=1
run 0 --json t/real top
totals sources=2 compiled=1 fresh=1
# Where trees are nested, the innermost counts, whatever the outer one is called.
printf 'version: 1\ntrees: [%s/t/real, {path: %s/top, invalidation: checked-hash}]\n' "$T" "$T" | policy
run 0 --policy policy.yaml --json
totals sources=2 compiled=1 fresh=1
try 0 "$PYCSYNC" verify --python "$PY" --policy policy.yaml
says "2 sources, 2 pycs: nothing wrong"
unchanged run 0 --policy policy.yaml --json
totals sources=2 fresh=2
# So it is three deep, where the middle one is a link, and its name sorts first or last.
mkdir t/real/inner
src t/real/inner/c.py
for link in atop top; do
	ln -sfn t/real $link
	printf 'version: 1\ntrees: [%s/%s, %s/t, {path: %s/t/real/inner, optimize: [2]}]\n' "$T" $link "$T" "$T" | policy
	rm -rf t/real/inner/__pycache__
	run 0 --policy policy.yaml --json
	there "$(pyc t/real/inner/c.py 2)"
	absent "$(pyc t/real/inner/c.py)"
	try 0 "$PYCSYNC" verify --python "$PY" --policy policy.yaml
	unchanged run 0 --policy policy.yaml --json
done
