# SPDX-License-Identifier: LGPL-2.1-or-later
# optimize: the levels, and no more than those.
. "$LIB/case.sh"

levels() {
	printf 'version: 1\ndefaults:\n  optimize: [%s]\n' "$1" | policy
	rm -rf t/__pycache__
	run 0 --policy policy.yaml --json t
	check --levels "$1" t
	unchanged run 0 --policy policy.yaml t
}
src t/plain.py 'x = 1'
src t/doc.py '"""doc"""' 'def f():' '    """f"""' '    return 1'
src t/assert.py 'def f(x):' '    assert x' 'class C:' '    """C"""'
src t/debug.py 'if __debug__:' '    x = 1'
src t/é.py '"""é"""' 'é = 1'
levels 0
levels 1
levels 2
levels 0,1
levels 2,0
levels 0,1,2
rm t/__pycache__/assert.$TAG.opt-1.pyc
run 0 --policy policy.yaml --json t
check --levels 0,1,2 t
plan
