#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A random walk over four real libraries in two editions each, half of them with the scripts of
# dh_python3: with dpkg and with apt, in one step or in several, removed or purged.
# slow
. "${0%/*}/../dpkg.sh"
with_pycsync

# named NAME...: packages cannot have underscores in their names.
named() {
	echo "$@" | tr _ -
}

command -v py3compile >/dev/null || skip "no py3compile"
real_libraries
for name in $libraries; do
	random 2
	[ "$drawn" = 1 ] || continue
	echo "$name: with maintainer scripts"
	for v in 1 2; do
		staged=/t/$name-$v
		python_scripts "$(named "$name")"
		package "$name" "$v"
	done
done
# shellcheck disable=SC2046 # a list of words
repository $(for name in $libraries; do echo "/t/$name-1.deb /t/$name-2.deb"; done)

# How the walk installs and removes, each time in another way.
install() {
	random 4
	case $drawn in
	0)
		for _f; do
			set -- "$@" "$(named "${_f%-*}")=${_f##*-}-1"
			shift
		done
		must apt-get install --reinstall "$@"
		return
		;;
	esac
	for _f; do
		set -- "$@" "/t/$_f.deb"
		shift
	done
	case $drawn in
	1) midway dpkg --no-triggers --unpack "$@" && must dpkg --configure -a ;;
	2) midway dpkg --no-triggers -i "$@" && must dpkg --configure --pending ;;
	3) must dpkg -i "$@" ;;
	esac
}

remove() {
	random 4
	# shellcheck disable=SC2046 # a list of words
	set -- $(named "$@")
	case $drawn in
	0) must apt-get purge "$@" ;;
	1) must apt-get remove "$@" ;;
	2) must dpkg -r "$@" ;;
	3) must dpkg -P "$@" ;;
	esac
}

random_walk
