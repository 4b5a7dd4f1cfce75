#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# Debian's py3compile and py3clean, and ours, do the same: which caches are there afterwards, what is in them,
# and the exit status. Where the two differ, and why, is in pycsync-py3compile(8).
. "$LIB/case.sh"
own_state
need dpkg-query
original=/usr/bin
[ "$(dpkg-divert --truename /usr/bin/py3compile)" = /usr/bin/py3compile ] || skip "py3compile is diverted"
[ -x $original/py3compile ] || skip "no py3compile"
[ -x $original/py3clean ] || skip "no py3clean"

# Patterns of packages, and a second interpreter where there is one.
mkdir share bin upper work
cp -a /usr/share/python3/. share
mkdir share/bcep
site=$T/r/usr/lib/python3/dist-packages
cat >share/bcep/some <<-END
	# a comment
	dir|3.0-|$site/pub/no
	file|-|$site/pub/alone.py
	re|3.11|$site/pub/|.*_ex\\.py\$
	re|-|$site/pub/re|/sub/
	re|3.11-|$T/r/usr/share/priv|un.ted
	dir|3.9-3.10|$site/pub/part
	re|-|/nowhere/|(
END
echo 'dir|-|/' >share/bcep/.hidden
mount --bind share /usr/share/python3
mount -t overlay -o "lowerdir=/usr/bin,upperdir=$T/upper,workdir=$T/work" bin /usr/bin 2>/dev/null ||
	skip "no overlay on /usr/bin"
second=3.11
for python in $(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : ' '); do
	case $python in
	*/python3.9) ln -sf "$python" /usr/bin/python3.9 && second=3.9 ;;
	esac
done

for f in pub/__init__ pub/a pub/a.b pub/no/x pub/no_ex pub/alone pub/re/sub/y pub/re/z pub/part/p 'odd name' .hidden; do
	src "$site/$f.py"
done
src r/usr/lib/python3.11/dist-packages/only/__init__.py
src r/usr/lib/python3/site-packages/other.py
for f in p q unwanted sub/s sub/unneeded; do
	src "r/usr/share/priv/$f.py" "name = '$f'"
done
src r/usr/share/priv-more/m.py
ln -s p.py r/usr/share/priv/link.py
ln -s sub r/usr/share/priv/linked
echo 'no = python' >r/usr/share/priv/text.txt
src r/usr/share/bad/bad.py 'def f(:'
src r/usr/share/bad/good.py
find r -name '*.py' -exec touch -h -d '2020-01-01' '{}' +
cp -a r kept

# dpkg's database has two packages: "lib" has all that is good, "bad" has the rest and a file that is missing.
mkdir -p db/info db/updates
{
	echo /.
	find "$T/r" ! -path '*/bad*' | sort
} >db/info/lib.list
find "$T/r" -path '*/bad/*' >db/info/bad.list
echo "$site/pub/missing.py" >db/info/missing.list
arch=$(dpkg --print-architecture)
for p in lib bad missing; do
	printf 'Package: %s\nStatus: install ok installed\nMaintainer: x\nVersion: 1\nArchitecture: %s\nDescription: x\n\n' $p "$arch"
done >db/status
export DPKG_ADMINDIR="$T/db"
mkdir ours
ln -s "$PYCSYNC" ours/py3compile
ln -s "$PYCSYNC" ours/py3clean

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
rounds=$(wc -l <lines)
try 0 "$PY" -I "$LIB/debpy.py" "$T" py3compile=$original/py3compile="$T/ours/py3compile" \
	py3clean=$original/py3clean="$T/ours/py3clean" <lines
grep -q "^$rounds cases, 0 failed" out || fail "not all cases were compared"
[ $second = 3.9 ] || skip "the same with one interpreter; python3.9 would make it two"
