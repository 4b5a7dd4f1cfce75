#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# demo.sh: what pycsync does, shown with the real pacman and a real library of this system.
#
# usage: tests/demo.sh       (as root, after make; "make demo" sees to both)
#
# Everything happens in a throw-away copy of the system that is gone afterwards. The last line is
# the verdict; exit status 0 if all was as it must be.

set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
source=$(cd "$here/.." && pwd) || exit 2
# That of the system, as 3.11 in Debian 12.
python=$(/usr/bin/python3 -I -S -c 'import sys; print("/usr/bin/python3.%d" % sys.version_info[1])' 2>/dev/null) ||
	python=/usr/bin/python3
tag=cpython-3${python#*3.} modules=/usr/lib/${python##*/}
dist=/usr/lib/python3/dist-packages

## Outside: pack what "make install" installs, then go in.

if [ "${1-}" != --inside ]; then
	for tool in pacman bsdtar unshare $python; do
		command -v "$tool" >/dev/null || {
			echo "demo: $tool is missing" >&2
			exit 1
		}
	done
	work=$(mktemp -d /tmp/pycsync-demo.XXXXXX) || exit 2
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	make -s -C "$source" install DESTDIR="$work/stage" PREFIX=/usr >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		exit 1
	}
	install -m 644 "$source/packaging/arch/pycsync.install" "$work/stage/.INSTALL"
	mkdir "$work/packages"
	# shellcheck source-path=SCRIPTDIR source=distro/package.sh
	. "$here/distro/package.sh"
	version=$(sed -n 's/^pkgver=//p' "$source/packaging/arch/PKGBUILD")
	wrap pycsync "$version-1" "$work/stage" "$work/packages/pycsync-$version-1.pkg.tar" || exit 2
	[ -d $dist ] || mkdir "$work/none"
	"$here/distro/root.sh" --empty $dist --empty /var/lib/pacman --empty /etc/pacman.d/hooks \
		--empty /usr/share/libalpm/hooks --read "$source:/demo/source" \
		--read "$work/packages:/demo/packages" --read "$([ -d $dist ] && echo $dist ||
			echo "$work/none"):/demo/real" /demo/source/tests/demo.sh --inside
	exit
fi

## Inside.

# shellcheck source-path=SCRIPTDIR source=distro/package.sh
. "$here/distro/package.sh"
cd /demo || exit 2
printf '%s\n' '[options]' 'Architecture = auto' 'SigLevel = Never' 'LocalFileSigLevel = Never' \
	>pacman.conf
wrong=0

verdict_of() { # verdict_of TEXT COMMAND...: one line, good or bad
	_text=$1
	shift
	if "$@" >check.log 2>&1; then
		echo "   ok     $_text"
	else
		echo "   WRONG  $_text"
		sed 's/^/          /' check.log
		wrong=$((wrong + 1))
	fi
}

transact() { # one run of pacman; of its output, what the hooks have to do with
	echo "   # pacman $1 $(basename "$2" .pkg.tar)"
	pacman --config pacman.conf --noconfirm --color never "$@" >log 2>&1 </dev/null
	_rc=$?
	grep -e '^(' -e '^pycsync' -e '^installing' -e '^upgrading' -e '^removing' -e '^error' log |
		sed 's/^/     /'
	verdict_of "pacman's exit status is 0" [ $_rc = 0 ]
}

agree() {
	verdict_of "$1" $python -I -S "$here/distro/agree.py" $dist
}

caches() {
	find $dist -name '*.pyc' -printf '%P %i %C@\n' 2>/dev/null | LC_ALL=C sort
}

from_cache() { # does import take all modules of the library from their caches?
	$python -B -v -c "import $library" 2>import.log
	grep -q "^# code object from '$dist/$library/.*\.pyc'" import.log &&
		! grep "^# code object from '\?$dist/.*\.py'\?\$" import.log
}

header() { # the first 16 bytes of the cache of the library's __init__.py, and what they say
	$python -I -S - "$dist/$library/__init__.py" 2>/dev/null <<'EOF' || echo "     not there"
import importlib.util, sys, time
with open(importlib.util.cache_from_source(sys.argv[1]), "rb") as f:
    head = f.read(16)
number = lambda at: int.from_bytes(head[at:at + 4], "little")
print("    ", head.hex(" ", 4))
print(f"     magic {number(0) & 0xffff}, flags {number(4)}, source of "
      f"{time.strftime('%F %T', time.gmtime(number(8)))} UTC with {number(12)} bytes")
EOF
}

edition() {
	[ "$($python -B -c "import $library; print($library.demo_edition)")" = "$1" ]
}

# A library that is there, in two editions. The second has one module more, one less, and one
# with other content that neither its mtime nor its size betrays.
for library in yaml pkg_resources wheel distro setuptools json; do
	origin=real/$library
	[ -e "$origin/__init__.py" ] && break
	origin=$modules/$library
done
[ "$library" != json ] || library=json_library
mkdir -p "one/$dist" && cp -aL "$origin" "one/$dist/$library"
find one -name __pycache__ -prune -exec rm -r '{}' +
first=one$dist/$library
echo 'demo_edition = 1' >>"$first/__init__.py"
echo 'old = True' >"$first/dropped_module.py"
touch -d 2024-01-01 "$first/__init__.py"
cp -a one two
second=two$dist/$library
sed -i 's/^demo_edition = 1/demo_edition = 2/' "$second/__init__.py"
touch -d 2024-01-01 "$second/__init__.py"
rm "$second/dropped_module.py"
echo 'new = True' >"$second/added_module.py"
wrap "$library" 1-1 one "/demo/$library-1-1.pkg.tar"
wrap "$library" 2-1 two "/demo/$library-2-1.pkg.tar"

echo "A throw-away copy of this system: $(pacman --version | sed -n 's/.*\(Pacman v[^ ]*\).*/\1/p')," \
	"$($python -V), and its library $library ($(find "$first" -name '*.py' | wc -l) modules)"

# all_caches: which files they are, whoever made them.
all_caches() {
	find $dist "$modules" -name '*.pyc' -printf '%p %i %C@\n' 2>/dev/null | LC_ALL=C sort
}

echo "
1. pycsync comes"
all_caches >others
transact -U packages/pycsync-*.pkg.tar

echo "
2. The library is installed"
transact -U "$library-1-1.pkg.tar"
caches >before
echo "     $(wc -l <before) pycs, such as $library/__pycache__/__init__.$tag.pyc:"
header
agree "all caches are taken by the importer and hold the code of their sources"
verdict_of "import $library: nothing compiled" from_cache
sed -n "s,^# $dist/,     # ,p" import.log | sed "s, $dist/, ," | grep matches | head -n 1

echo "
3. The library is upgraded; $library/__init__.py changes, its mtime and size do not"
transact -U "$library-2-1.pkg.tar"
caches >after
cut -d' ' -f1 before >names.before
cut -d' ' -f1 after >names.after
comm -23 names.before names.after | sed 's/^/     gone:  /'
comm -13 names.before names.after | sed 's/^/     new:   /'
agree "all caches are taken by the importer and hold the code of their sources"
verdict_of "import $library: nothing compiled" from_cache
verdict_of "import $library: it is the second edition that runs" edition 2

echo "
4. The library is removed"
transact -R "$library"
verdict_of "no cache and no directory of it is left" [ ! -e "$dist/$library" ]

echo "
5. pycsync goes"
transact -R pycsync
verdict_of "its program and hooks are gone" \
	[ "$(find /usr/bin/pycsync /usr/lib/pycsync /usr/share/libalpm/hooks/*pycsync* 2>/dev/null | wc -l)" = 0 ]
all_caches >left
verdict_of "its caches are gone, and those of others ($(wc -l <others)) are as they were" diff others left

echo
if [ $wrong = 0 ]; then
	echo "demo: all was as it must be"
else
	echo "demo: $wrong checks went WRONG"
	exit 1
fi
