# SPDX-License-Identifier: LGPL-2.1-or-later
# A cwd that is gone, or cannot be read, does not matter to absolute paths and lists.
. "$LIB/case.sh"

src t/a.py
src t/b.py
mkdir gone
cd gone
rmdir ../gone
run 0 "$T/t/a.py"
printf '%s\n' "$T/t/b.py" >"$T/list"
run 0 --stdin <"$T/list"
check "$T/t"
rm -r "$T/t/__pycache__"
run 0 --root "$T/t" /
run 0,1,2 a.py .
