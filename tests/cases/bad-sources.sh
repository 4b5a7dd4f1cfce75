# SPDX-License-Identifier: LGPL-2.1-or-later
# Each source that fails is named on exactly one line of stderr, and all the others are done.
. "$LIB/case.sh"

src t/good.py
src t/sub/good.py
src t/syntax.py 'x = 1' 'def f(:'
src t/indent.py 'if x:' 'y'
printf 'x = 1\n\0y = 2\n' >t/nul.py
src t/cookie.py '# -*- coding: klingon -*-' 'x = 1'
printf '\357\273\277# -*- coding: latin-1 -*-\nx = 1\n' >t/bom-cookie.py
printf '# -*- coding: utf-8 -*-\nx = "\351"\n' >t/lying.py
printf 'x = 1\ndef \351(:\n' >t/bytes.py
printf 'x = "unterminated' >t/open.py
src t/return.py 'return 1'
src t/future.py 'from __future__ import perpetual_motion'
head -c 9999 /dev/zero | tr '\0' '(' >t/parens.py
{ head -c 500000 /dev/zero | tr '\0' - && echo 1; } >t/minus.py
"$PY" -I -c 'print("a" + ".b" * 200000)' >t/dots.py
{ head -c 300000 /dev/zero | tr '\0' '\351' && echo '('; } >t/longline.py
run 1 --json t
bad=0
set --
for name in syntax indent nul cookie bom-cookie lying bytes open return future parens minus dots \
	longline; do
	bad=$((bad + 1))
	once "$T/t/$name.py"
	set -- "$@" --except "$T/t/$name.py"
done
totals compiled=2 failed=$bad
check "$@" t
grep -q SyntaxError err || fail "CPython's own words are missing"
run 1 t/syntax.py
grep -q 'line 2' err || grep -q ':2' err || fail "no line number"
