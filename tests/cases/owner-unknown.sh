# Where a package database is there and cannot be read, nothing that a package may own is touched.
. "$LIB/case.sh"

mkdir -p r/var/lib/pacman/local r/usr/lib/python3/dist-packages
src r/usr/lib/python3/dist-packages/gone.py
src r/usr/lib/python3/dist-packages/stays.py
run 0 --root r /usr/lib/python3/dist-packages
rm r/usr/lib/python3/dist-packages/gone.py
src r/usr/lib/python3/dist-packages/new.py
echo 1 >r/var/lib/pacman/local/ALPM_DB_VERSION # far too old
run 1 --root r /usr/lib/python3/dist-packages
[ "$(grep -c "pacman's database" err)" = 1 ] || fail "not said once"
[ -f r/usr/lib/python3/dist-packages/__pycache__/gone.$TAG.pyc ] || fail "removed"
absent r/usr/lib/python3/dist-packages/__pycache__/new.$TAG.pyc
echo usr/lib/python3/dist-packages/gone.py >list
try 0 "$PYCSYNC" trigger alpm-post --root r --python "$PY" <list
