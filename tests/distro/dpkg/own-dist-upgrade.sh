#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The default Python goes from 3.11 to 3.13 with py3compile diverted: Debian's hooks for new and old interpreters
# call ours, and all modules are right for the new one, private ones too. (The original of Debian 12
# knows no Python after 3.11.)
# slow
. "${0%/*}/../dpkg.sh"
. "$distro/interpreters.sh"
: >"$record"
need_interpreters 3.11 3.13
[ -d /usr/share/python3/debpython ] || skip "no python3-minimal"
hooked || exit 0
multiarch=$(dpkg-architecture -q DEB_HOST_MULTIARCH 2>/dev/null) || skip "no dpkg-architecture"
with_pycsync
hooks=/usr/share/python3/runtime.d
mkdir /t/original
mv /usr/share/python3 /usr/bin/py3compile /usr/bin/py3clean /t/original
rm -rf /usr/bin/python3 /usr/local/bin/python3* /usr/bin/pypy3*

# What Debian's packages have and do, as far as bytecode is concerned.
for v in 3.11 3.13; do
	stage "python$v-minimal"
	interpreter $v
	mkdir -p "$staged/usr/lib/$multiarch"
	mv "$staged/usr/lib/libpython$v.so.1.0" "$staged/usr/lib/$multiarch"
	rm -r "$staged/usr/lib/python$v/site-packages"
	script postinst "[ ! -x $hooks/public_modules.rtinstall ] || $hooks/public_modules.rtinstall rtinstall python$v"
	script prerm "[ \"\$1\" != remove ] || $hooks/public_modules.rtremove rtremove python$v"
	package "python$v-minimal" 1

	stage python3-minimal
	mkdir -p "$staged/usr/bin"
	cp -a /t/original/py3compile /t/original/py3clean "$staged/usr/bin"
	mkdir -p "$staged/usr/share"
	cp -a /t/original/python3 "$staged/usr/share"
	rm -f "$staged$hooks"/*.rtupdate "$staged"/usr/share/python3/dist/*
	find "$staged" -name __pycache__ -exec rm -r '{}' +
	ln -sf python$v "$staged/usr/bin/python3"
	printf '[DEFAULT]\ndefault-version = python%s\nsupported-versions = python%s\n' $v $v \
		>"$staged/usr/share/python3/debian_defaults"
	script postinst "for hook in $hooks/*.rtupdate; do [ ! -x \$hook ] || \$hook rtupdate old python$v; done" \
		'py3compile -p python3-minimal /usr/share/python3/'
	script prerm 'py3clean -p python3-minimal'
	package python3-minimal "$v" "Depends: python$v-minimal" "Provides: python3 (= $v)" 'Multi-Arch: allowed'
	rm -rf /t/python3-minimal
done
for e in 1 2; do
	stage lib-$e
	module lib/__init__.py
	module lib/changed.py "value = $e"
	put usr/share/lib/private.py
	put "${hooks#/}/lib.rtupdate" "#!/bin/sh
set -e
[ \"\$1\" != rtupdate ] || { py3clean -p lib /usr/share/lib && py3compile -p lib /usr/share/lib; }"
	chmod 755 "$staged$hooks/lib.rtupdate"
	script postinst 'py3compile -p lib' 'py3compile -p lib /usr/share/lib'
	script prerm 'py3clean -p lib'
	package lib $e 'Depends: python3'
done
without_python
cp /t/in/pycsync-py3compile.deb /t/ours-1.deb

# only 3.X: all modules are right for it, and nothing is left of another one.
only() {
	python=/usr/bin/python$1
	agree "/$site" /usr/share/lib
	has_caches "$1" "/$site/lib" /usr/share/lib /usr/share/python3
	case $1 in
	3.11) no_caches 3.13 "/$site" /usr/share/lib /usr/share/python3 ;;
	3.13) no_caches 3.11 "/$site" /usr/share/lib /usr/share/python3 ;;
	esac
	imports lib.changed
}

install python3.11-minimal-1 python3-minimal-3.11 ours-1 lib-1
only 3.11

# The new one comes, the default changes, the old one goes, and a package changes as well.
install python3.13-minimal-1
has_caches 3.13 "/$site/lib"
install python3-minimal-3.13 lib-2
[ "$(readlink /usr/bin/py3compile)" = pycsync ] || fail "py3compile is not ours any more"
[ -x /usr/bin/py3compile.distrib ] || fail "the original is gone"
remove python3.11-minimal
only 3.13

# And back, all at once.
must dpkg -i /t/python3.11-minimal-1.deb /t/python3-minimal-3.11.deb /t/lib-1.deb
remove python3.13-minimal
only 3.11
must dpkg -r lib pycsync-py3compile
[ -x /usr/bin/py3compile ] && [ ! -L /usr/bin/py3compile ] || fail "the original is not back"
: >"$record" # there was nothing to compare with
