# SPDX-License-Identifier: LGPL-2.1-or-later
# File names are bytes.
. "$LIB/case.sh"

for name in 'with space' "quote'" 'quote"' 'a.b.c' '.hidden' '*' 'a\b' '%s%n' '#' '{version}' '$HOME' \
	'é' 'new
line' 'tab	' '-n' '~' "$(printf 'latin\351')" "$(printf '\377\376')" "$(printf 'bell\007')"; do
	src "t/$name.py"
	src "t/$name/$name.py"
done
src t/x.py/y.py
run 0 --json t
totals compiled=39
check t
unchanged run 0 t
find t -name '*.py' -print0 >list
rm -rf t/__pycache__ t/*/__pycache__
run 0 --stdin -0 <list
check t
