# SPDX-License-Identifier: LGPL-2.1-or-later
# Sources of all encodings and line ends compile to what compile() makes of them.
. "$LIB/case.sh"

mkdir t
printf '\357\273\277x = "\303\251"\n' >t/bom.py
printf 'x = """one\r\ntwo"""\r\nif x:\r\n    y = 1\r\n' >t/crlf.py
printf 'x = 1\ry = 2\r' >t/cr.py
printf '# -*- coding: latin-1 -*-\nx = "\351"\n' >t/latin1.py
printf '#!/usr/bin/python\n# vim: set fileencoding=koi8-r :\nx = "\301"\n' >t/koi8.py
printf '# coding: shift_jis\nx = "\223\372\226\173"\n' >t/sjis.py
printf 'x = 1 # no line end' >t/noeol.py
printf '# only a comment' >t/comment.py
printf 'x = 1\n\f\ny = 2\n\032' | head -c 14 >t/formfeed.py
: >t/empty.py
printf '\n\n\n' >t/blank.py
printf 'x = "\360\237\220\215", "\\ud800", b"\\xff", 1e400, -0.0, 1j, ...\n' >t/constants.py
printf 'x = "\\d"\nassert (x, "always")\nx is 1\n' >t/warnings.py
src t/future.py 'from __future__ import annotations' 'def f(a: b) -> c: ...'
run 0 t
check t
