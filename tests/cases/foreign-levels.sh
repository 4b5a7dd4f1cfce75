# SPDX-License-Identifier: LGPL-2.1-or-later
# Caches that policy does not ask for stay while they are harmless. Where the importer might take them
# for a source that has changed, levels are made anew, and what cannot be made goes.
. "$LIB/case.sh"

policy <<-END
	version: 1
	defaults:
	  optimize: [0, 1, 2]
END
src t/harmless.py 'x = "one"'
src t/stale.py 'x = "one"'
src t/trap.py 'x = "one"'
run 0 --policy policy.yaml t
for name in harmless stale trap; do
	{ printf '\313' && tail -c +2 "$(pyc t/$name.py)"; } >t/__pycache__/$name.cpython-312.pyc
done
settle
touch -d @1000000000 t/stale.py
rewrite t/trap.py 'x = "two"'
run 0 --json t
totals compiled=4 removed=1
for name in harmless stale; do
	there "$(pyc t/$name.py)" "$(pyc t/$name.py 1)" "$(pyc t/$name.py 2)" \
		t/__pycache__/$name.cpython-312.pyc
done
absent t/__pycache__/trap.cpython-312.pyc
run 0 --policy policy.yaml t
check --levels 0,1,2 t
