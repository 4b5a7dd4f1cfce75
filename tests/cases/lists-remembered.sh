# SPDX-License-Identifier: LGPL-2.1-or-later
# That no list of dpkg's or pacman's names bytecode is remembered as long as their directory is as it was: then a
# source asked for by hand reads none of them. Any doubt reads them all.
# slow
. "$LIB/case.sh"
need strace
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
strace -o trace true 2>err || skip "strace: $(cat err)"

mkdir -p t/var/lib/pycsync t/var/lib/dpkg/info
for n in 1 2 3; do
	printf '/.\n/usr\n/usr/d\n/usr/d/m%s.py\n' $n >t/var/lib/dpkg/info/p$n.list
	src t/usr/d/m$n.py
done
# reads COUNT FILE: so many lists are read for one that is new.
reads() {
	src "t/usr/d/new$((new += 1)).py"
	try 0 strace -f -o trace -e trace=openat,openat2 "$PYCSYNC" sync --root t --python "$PY" /usr/d/new$new.py
	there "$(pyc t/usr/d/new$new.py)"
	found=$(grep -cE '(\.list|/files)"' trace || :)
	[ "$found" = "$1" ] || fail "$found lists were read, not $1"
}
new=0
# It was changed just now, so that another change might not be seen.
reads 3
reads 3
sleep 2.1
src t/usr/d/dry.py
run 0 --root t -n /usr/d/dry.py
reads 3
reads 0
rm t/usr/d/new$new.py
run 0 --root t --json /usr/d/new$new.py
totals removed=1
reads 0

# A package comes with bytecode: it is read, and heeded.
printf '/usr/d/own.py\n/usr/d/__pycache__/own.%s.pyc\n' "$TAG" >t/var/lib/dpkg/info/.new
mv t/var/lib/dpkg/info/.new t/var/lib/dpkg/info/p4.list
src t/usr/d/own.py
run 0 --root t --json /usr/d/own.py
totals compiled=0
absent "$(pyc t/usr/d/own.py)"
sleep 2.1
reads 4
reads 4
# It goes, and what cannot be read is not what it was.
rm t/var/lib/dpkg/info/p4.list
reads 3
sleep 2.1
reads 3
reads 0
printf 'cut off' >t/var/lib/dpkg/info/.new
mv t/var/lib/dpkg/info/.new t/var/lib/dpkg/info/p3.list
run 1 --root t /usr/d/own.py
says 'it is not whole'
absent "$(pyc t/usr/d/own.py)"

# pacman's. A package without a list may be one that comes just now.
rm -r t/var/lib/dpkg t/var/lib/pycsync/memory
for n in 1 2; do
	mkdir -p t/var/lib/pacman/local/p$n-1-1
	printf '%%FILES%%\nusr/\nusr/d/\nusr/d/m%s.py\n\n' $n >t/var/lib/pacman/local/p$n-1-1/files
done
echo 9 >t/var/lib/pacman/local/ALPM_DB_VERSION
mkdir t/var/lib/pacman/local/p3-1-1
sleep 2.1
reads 4
reads 4
rmdir t/var/lib/pacman/local/p3-1-1
sleep 2.1
reads 3
reads 0

# Wherever in a list it is named, another directory's bytecode is not forgotten.
offsets='60 252 253 254 255 256 257 258 259 511 512 513 700'
for at in $offsets; do
	mkdir -p r$at/var/lib/pycsync r$at/var/lib/dpkg/info
	src r$at/usr/d/own.py
	src r$at/usr/e/a.py
	owned=/usr/d/__pycache__/own.$TAG.pyc
	pad=$((at - ${#owned} + 4 - 2))
	printf '/%0*d\n%s\n/%0400d\n' $pad 0 "$owned" 0 >r$at/var/lib/dpkg/info/p.list
	[ "$(grep -abo '\.pyc' r$at/var/lib/dpkg/info/p.list)" = "$at:.pyc" ] || fail "not at $at"
done
sleep 2.1
for at in $offsets; do
	run 0 --root r$at /usr/e/a.py
	run 0 --root r$at --json /usr/d/own.py
	totals compiled=0
done
