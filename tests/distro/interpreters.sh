# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# shellcheck disable=SC2154 # $staged is pacman.sh's
# interpreters.sh: packages of Python itself, for the scenarios in which interpreters come and go.
#
# They are made of pyenv's interpreters, which "run" shows at /t/pyenv and hides where they were
# built for, so that a repacked one cannot find its old home; or else of the system's own.

# find_interpreter 3.X: where there is one with a shared library, in $_home and $_lib.
find_interpreter() {
	for _home in /t/pyenv/"$1".* /usr; do
		for _lib in "$_home/lib/libpython$1.so.1.0" "$_home"/lib/*/"libpython$1.so.1.0"; do
			[ ! -e "$_lib" ] || [ ! -x "$_home/bin/python$1" ] || return 0
		done
	done
	return 1
}

# need_interpreters 3.X...: ends the scenario where one of them is not at hand.
need_interpreters() {
	for _v; do
		find_interpreter "$_v" || skip "neither pyenv nor the system has a Python $_v with a shared library"
	done
}

# interpreter 3.X [whole]: lays out Python 3.X as Arch does: executable, library, and the standard
# library: as much of it as a plain script needs, or most of it.
interpreter() {
	find_interpreter "$1"
	mkdir -p "$staged/usr/bin" "$staged/usr/lib"
	cp "$_home/bin/python$1" "$staged/usr/bin"
	cp -L "$_lib" "$staged/usr/lib"
	strip "$staged/usr/lib/libpython$1.so.1.0" 2>/dev/null
	if [ "${2-}" = whole ]; then
		set -- "$1" "python$1"
	else
		set -- "$1"
		for _part in '*.py' lib-dynload collections encodings importlib json re; do
			[ -e "$_home/lib/python$1/$_part" ] || [ "$_part" = '*.py' ] || continue
			set -- "$@" "python$1/$_part"
		done
	fi
	(
		cd "$_home/lib" || exit 1
		_v=$1
		shift
		# shellcheck disable=SC2068 # with a pattern among them
		printf '%s\n' $@ | tar -cf - --exclude=__pycache__ --exclude='config-*' \
			--exclude=site-packages --exclude=test --exclude=tests --exclude=idlelib \
			--exclude=lib2to3 --exclude=ensurepip --exclude=tkinter --exclude=turtledemo \
			--exclude=pydoc_data --exclude="python$_v/encodings/[bchjkmpr]*" -T -
	) | tar -C "$staged/usr/lib" -xf - || fail "cannot copy Python $1"
	put "usr/lib/python$1/site-packages/README.txt" 'Packages go here.'
}

# compile_with 3.X FILE...: by the one that the packages are made of.
compile_with() {
	_v=$1
	shift
	find_interpreter "$_v" && LD_LIBRARY_PATH=${_lib%/*} "$_home/bin/python$_v" -I -S -m py_compile "$@"
}

# starts 3.X: the packaged interpreter runs, with its own library unless that is built in.
starts() {
	_said=$(cd / && "/usr/bin/python$1" -I -S -B -c '
import os, sys
maps = open("/proc/self/maps").read().split()
print(sys.version_info[1], os.__file__, *{m for m in maps if "libpython" in m})') ||
		fail "Python $1 does not start"
	case $_said in
	"${1#3.} /usr/lib/python$1/os.py" | "${1#3.} /usr/lib/python$1/os.py /usr/lib/libpython$1.so.1.0") ;;
	*) fail "Python $1 is not the packaged one: $_said" ;;
	esac
}

# without_python [3.X]...: the Pythons that the root was born with go, all or these.
without_python() {
	[ -d /t/in ] || fail "no throw-away root"
	[ $# -gt 0 ] || set -- "3.*"
	for _v; do
		# shellcheck disable=SC2086 # a pattern
		rm -rf /usr/bin/python$_v /usr/lib/python$_v /usr/lib/*/libpython$_v.so*
	done
}

# has_caches 3.X DIR..., no_caches 3.X [DIR]...: whoever made them.
has_caches() {
	_tag=cpython-$(echo "$1" | tr -d .)
	shift
	for _d; do
		! hooked || [ -n "$(find "$_d" -name "*.$_tag.pyc" 2>/dev/null | head -n 1)" ] ||
			fail "no cache of $_tag is in $_d"
	done
}

no_caches() {
	_tag=cpython-$(echo "$1" | tr -d .)
	shift
	hooked || return 0
	[ $# -gt 0 ] || set -- /usr/lib/python3*
	_left=$(find "$@" -name "*.$_tag*.pyc" 2>/dev/null | head -n 5)
	[ -z "$_left" ] || fail "caches of $_tag are left: $_left"
}

# no_leftovers DIR...: no empty directory is below them.
no_leftovers() {
	_left=$(find "$@" -type d -empty ! -name site-packages 2>/dev/null | head -n 5)
	[ -z "$_left" ] || fail "empty directories are left: $_left"
}
