# SPDX-License-Identifier: LGPL-2.1-or-later
# Where a package database is there and cannot be read, nothing that a package may own is touched.
. "$LIB/case.sh"

mkdir -p r/var/lib/pacman/local/foo-1-1 r/usr/lib/python3/dist-packages
echo 9 >r/var/lib/pacman/local/ALPM_DB_VERSION
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

# The format that is known, with a list that cannot be read.
echo 9 >r/var/lib/pacman/local/ALPM_DB_VERSION
mkdir r/var/lib/pacman/local/foo-1-1/files
run 1 --root r /usr/lib/python3/dist-packages
grep -q "foo-1-1" err || fail "the list is not named"
[ -f r/usr/lib/python3/dist-packages/__pycache__/gone.$TAG.pyc ] || fail "removed"

# A list that can: it owns new's cache of another interpreter, so new is left to its package.
rmdir r/var/lib/pacman/local/foo-1-1/files
printf '%%FILES%%\nusr/\nusr/lib/python3/dist-packages/__pycache__/new.cpython-39.opt-2.pyc\n\n%%BACKUP%%\netc/x\t0\n\n' \
	>r/var/lib/pacman/local/foo-1-1/files
run 0 --root r /usr/lib/python3/dist-packages
absent r/usr/lib/python3/dist-packages/__pycache__/new.$TAG.pyc
absent r/usr/lib/python3/dist-packages/__pycache__/gone.$TAG.pyc
