# SPDX-License-Identifier: LGPL-2.1-or-later
# A pyc name of 255 bytes works, so temporaries have short names; a longer one is reported.
. "$LIB/case.sh"

mkdir t
stem=$(head -c 239 /dev/zero | tr '\0' a)
src "t/$stem.py"
src t/good.py
run 0 t
check t
settle
src "t/$stem.py" 'x = 2'
run 0 t
check t
policy <<-END
	version: 1
	defaults:
	  optimize: [0, 1]
END
run 1 --policy policy.yaml t
once "$T/t/$stem.py"
there "$(pyc t/good.py 1)"
src "t/b$stem.py"
run 1 t
once "$T/t/b$stem.py"
check --except "$T/t/b$stem.py" --allow "$T/$(pyc t/good.py 1)" t
rm "t/b$stem.py"
run 1 "t/b$stem.py" # nor has it a cache
once "is not there"
