# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that no longer compiles keeps no cache of its old content, at any level.
. "$LIB/case.sh"

policy <<-END
	version: 1
	defaults:
	  optimize: [0, 1]
END
src t/bad.py
src t/good.py
run 0 --policy policy.yaml t
settle
src t/bad.py 'def f(:' '    pass'
src t/good.py 'x = 2'
run 1 --policy policy.yaml --json t
once "$T/t/bad.py"
totals compiled=2
absent "$(pyc t/bad.py)" "$(pyc t/bad.py 1)"
check --levels 0,1 --except "$T/t/bad.py" t
src t/bad.py 'x = 1'
run 0 --policy policy.yaml t
check --levels 0,1 t
