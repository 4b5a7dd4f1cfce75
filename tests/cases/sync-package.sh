# SPDX-License-Identifier: LGPL-2.1-or-later
# sync --package: the paths in an archive, where they are installed, and nothing else.
. "$LIB/case.sh"
SITE=usr/lib/python3/dist-packages
src "$T/r/$SITE/in/mod.py"
src "$T/r/$SITE/in/gone.py"
src "$T/r/$SITE/other.py"
src "$T/r/usr/share/doc/example.py"
tar -C "$T/r" -czf "$T/p.tar.gz" usr/share "$SITE/in"
run 0 --root "$T/r" /usr/lib
rm "$T/r/$SITE/in/gone.py" "$(pyc "$T/r/$SITE/in/mod.py")" "$(pyc "$T/r/$SITE/other.py")"
run 0 --root "$T/r" --package "$T/p.tar.gz"
there "$(pyc "$T/r/$SITE/in/mod.py")"
absent "$(pyc "$T/r/$SITE/in/gone.py")" "$(pyc "$T/r/$SITE/other.py")" "$T/r/usr/share/doc/__pycache__"
says "1 compiled, 0 fresh, 1 removed"
run 2 --package "$T/p.tar.gz" /usr
run 2 --package "$T/none.deb"
once none.deb
echo nothing >"$T/bad.deb"
run 2 --package "$T/bad.deb"
: >"$T/x.whl"
run 2 --package "$T/x.whl"
once "a wheel"
