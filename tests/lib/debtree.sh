# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# What the cases that compare py3compile and py3clean with the originals begin with: a tree in $T/r, which $T/kept
# keeps, a database of dpkg, patterns in bcep, a second interpreter ($second) where there is one, and compare.
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
# shellcheck disable=SC2034 # the cases use it
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
ln -s ../../../../share/priv/p.py "$site/pub/public_link.py"
ln -s ../../../share/priv "$site/linked_dir"
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


# compare: calls on standard input; see debpy.py.
compare() {
	cat >lines
	_rounds=$(wc -l <lines)
	try 0 "$PY" -I "$LIB/debpy.py" "$T" py3compile=$original/py3compile="$T/ours/py3compile" \
		py3clean=$original/py3clean="$T/ours/py3clean" <lines
	grep -q "^$_rounds cases, 0 failed" out || fail "not all calls were compared"
}
