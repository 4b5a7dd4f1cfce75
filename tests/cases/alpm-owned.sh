# SPDX-License-Identifier: LGPL-2.1-or-later
# Bytecode that a package owns is the package's: never written, never removed.
. "$LIB/case.sh"
ls /usr/lib/libalpm.so* /usr/lib/*/libalpm.so* >libs 2>err || [ -s libs ] || skip "no libalpm"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python{version}/site-packages
END
lib=usr/lib/python3.11/site-packages
src t/$lib/own/a.py
src t/$lib/own/b.py
src t/$lib/mine.py
fake_pyc "$(pyc t/$lib/own/a.py)"
cp "$(pyc t/$lib/own/a.py)" shipped
db=t/var/lib/pacman/local
mkdir -p $db/own-1.0-1
echo 9 >$db/ALPM_DB_VERSION
printf '%%%s%%\n%s\n\n' NAME own VERSION 1.0-1 ARCH any >$db/own-1.0-1/desc
cat >$db/own-1.0-1/files <<-END
	%FILES%
	$lib/own/
	$lib/own/__pycache__/
	$lib/own/__pycache__/a.$TAG.pyc
	$lib/own/__pycache__/b.$TAG.pyc
	$lib/own/a.py
	$lib/own/b.py
	$lib/mine.py

END
printf '%s\n' $lib/mine.py $lib/own/a.py $lib/own/b.py >list
trigger 0 alpm-post --root t --policy policy.yaml <list
there "$(pyc t/$lib/mine.py)"
absent "$(pyc t/$lib/own/b.py)"
cmp shipped "$(pyc t/$lib/own/a.py)" || fail "a package's pyc was written"
trigger 0 alpm-pre --root t --policy policy.yaml <list
there "$(pyc t/$lib/own/a.py)"
absent "$(pyc t/$lib/mine.py)"
rm t/$lib/own/a.py
trigger 0 alpm-post --root t --policy policy.yaml <list
there "$(pyc t/$lib/own/a.py)"

# What pacman lists and no database that is known has, another one has: its bytecode may be in there.
src t/$lib/other.py
echo $lib/other.py >list
fake_pyc "$(pyc t/$lib/other.py)"
cp "$(pyc t/$lib/other.py)" shipped
trigger 0 alpm-post --root t --policy policy.yaml <list
once "/$lib/other.py is listed, and no database that is known has it; what a package may own is left alone"
cmp shipped "$(pyc t/$lib/other.py)" || fail "a package's pyc was written"
trigger 0 alpm-pre --root t --policy policy.yaml <list
there "$(pyc t/$lib/other.py)"
try 0 "$PYCSYNC" sync --root t --policy policy.yaml /$lib/other.py
! cmp -s shipped "$(pyc t/$lib/other.py)" || fail "by hand it is nobody's"
# One that has none is compiled: pacman -R --dbonly lists files that it leaves, and that are nobody's.
rm -r t/$lib/__pycache__
trigger 0 alpm-post --root t --policy policy.yaml <list
there "$(pyc t/$lib/other.py)"
# When it is gone it is nobody's.
rm t/$lib/other.py
trigger 0 alpm-post --root t --policy policy.yaml <list
absent "$(pyc t/$lib/other.py)"

# A list that pacman has not finished may own anything.
src t/$lib/new.py
printf '%%FILES%%\n%s/own/__pyc' $lib >$db/own-1.0-1/files
echo $lib/new.py >list
trigger 0 alpm-post --root t --policy policy.yaml <list
says "own-1.0-1: it is not whole"
absent "$(pyc t/$lib/new.py)"
