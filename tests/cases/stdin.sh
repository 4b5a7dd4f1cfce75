# SPDX-License-Identifier: LGPL-2.1-or-later
# Lists on stdin: a path a line, or NUL-delimited; bytes, never stripped; PATHs may come along.
. "$LIB/case.sh"

for name in a b 'c d' ' lead' 'trail '; do
	src "t/$name.py"
done
src 't/spaces.py ' 'x = 1'
src t/z.py
printf 't/a.py\n%s/t/b.py\nt/c d.py\nt/ lead.py\nt/trail .py\nt/spaces.py \nt/none.py' "$T" >list
run 0 --json --stdin t/z.py <list
totals compiled=6
check t
rm -rf t/__pycache__
src t/new'
'line.py
printf 't/a.py\0t/new\nline.py' >list
run 0 --json --stdin -0 t/z.py <list
totals compiled=3
rm -rf t/__pycache__
printf 't/a.py' | run 0 --stdin --json
there "$(pyc t/a.py)"
