#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# Debian's py3compile and py3clean, and ours, do the same: which caches are there afterwards, what is in them,
# and the exit status. Where the two differ, and why, is in pycsync-py3compile(8).
. "$LIB/case.sh"
. "$LIB/debtree.sh"

sed "s/ARCH/$arch/; s/VERSIONS/DEBPYTHON3_SUPPORTED=$second,3.11 DEBPYTHON3_DEFAULT=3.11/" >lines <<-'END'
	py3compile -p lib
	touched py3compile -p lib:ARCH
	py3compile -O -p lib
	py3compile -p lib -V 3.8
	py3compile -p lib @/usr/share/priv/ -X 'q|.*more' -X .*/s.py
	py3compile -p lib -X q
	VERSIONS py3compile -p lib
	VERSIONS py3compile -p lib @/usr/share/priv
	VERSIONS py3compile @/usr/lib/python3.11
	worse py3compile -p bad @/usr/share/bad
	py3compile -p missing
	made py3clean -p lib
	made py3clean -p lib @/usr/share/priv
	VERSIONS made py3clean -V 3.9 @
	rest
	made py3compile -p lib
	made py3compile -f -p lib
	py3compile -q -p lib -V 3.11
	py3compile -V 3.11- -p lib
	py3compile --package=lib -V -3.12
	py3compile -p lib -V nonsense
	py3compile -p lib -V 3.12-3.11
	py3compile -p lib @/usr/share/priv
	py3compile -p lib @/usr/share/priv/ @/usr/share/none
	py3compile @/usr/share/priv -X '('
	VERSIONS py3compile -p lib -V 3.9 @/usr/share/priv
	VERSIONS py3compile -V -3.10 @/usr/lib/python3
	VERSIONS py3compile @/usr/share/priv
	worse py3compile @
	py3compile @/usr/lib @/usr/share/priv @/usr/share/priv-more
	py3compile @/usr/lib/python3/dist-packages/pub/a.py @/usr/share/priv/text.txt
	py3compile @/usr/share/priv -X '.*unn' -X p
	py3compile @/usr/share/none
	py3compile
	py3compile --nonsense
	py3compile -i @
	py3compile -p unknown
	worse py3compile @/usr/share/bad
	py3compile -p
	made py3clean @/usr/share
	made py3clean @/usr/share/priv/p.py
	made py3clean -V 3.11 -p lib
	made py3clean -V 3.8 -p lib
	made py3clean -p unknown
	made py3clean
	made py3clean -q -p lib -v
END
# Each case is some starts of Python: the first ones are enough for every day.
[ "${PYCSYNC_ROUNDS-}" = all ] || sed -i '/^rest$/,$d' lines
sed -i '/^rest$/d' lines
mv lines calls
compare <calls
[ $second = 3.9 ] || skip "the same with one interpreter; python3.9 would make it two"
