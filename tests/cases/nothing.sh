# SPDX-License-Identifier: LGPL-2.1-or-later
# A file that is no source and an empty list do nothing, with status 0; nor does a path that is not there, which
# is named.
. "$LIB/case.sh"

mkdir t
printf 'x = 1\n' | tee t/readme t/a.pyw t/a.PY t/a.pyc.py.txt >t/a.py~
unchanged run 0 t
unchanged run 0 t/readme t/a.pyw t/a.PY t/a.py~
unchanged run 1 t/none.py t/none/none.py t/none t/readme/none.py /none/at/all.py
[ "$(grep -c 'warning: .* is not there$' err)" = 5 ] || fail "not each of them once"
src t/a.py
unchanged run 0 --stdin </dev/null
unchanged run 0 --stdin -0 </dev/null
cd t
unchanged run 0 --stdin </dev/null
unchanged run 0 --stdin --json </dev/null
totals compiled=0 removed=0 fresh=0 failed=0
