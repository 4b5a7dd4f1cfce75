#!/bin/sh
<<<<<<< HEAD
# A random walk of $ROUNDS transactions (25) over four real libraries in two editions each. After each one
# all agrees, and the interpreter imports them from their caches.
. "${0%/*}/../pacman.sh"
with_pycsync

echo "seed $SEED"
random() {
	SEED=$(((SEED * 1103515245 + 12345) % 2147483648))
	drawn=$((SEED / 65536 % $1))
}

# real NAME: finds a library of the system, of a size that can be checked so often.
real() {
	for from in "/t/real/$1" "/usr/lib/python3.11/$1"; do
		[ -d "$from" ] || continue
		n=$(find "$from" -name '*.py' | wc -l)
		if [ "$n" -ge 3 ] && [ "$n" -le 80 ]; then
			return 0
		fi
	done
	return 1
}

# editions NAME: two packages of it. The second drops a module, adds one, changes one so that it
# shows, and changes one so that neither mtime nor size tell.
editions() {
	stage "$1-1"
	mkdir -p "$staged/$site"
	cp -aL "$from" "$staged/$site/$1"
	find "$staged/$site" -depth \( -name __pycache__ -o -type d -empty \) -exec rm -r '{}' +
	printf '\n_edition = 1\n' >>"$staged/$site/$1/__init__.py"
	touch -d "@$clock" "$staged/$site/$1/__init__.py"
	module "$1/dropped_in_2.py"
	module "$1/part/dropped_in_2.py"
	module "$1/longer_in_2.py" 'value = 1'
	package "$1" 1
	cp -a "$staged" "/t/$1-2"
	stage "$1-2"
	sed -i 's/^_edition = 1/_edition = 2/' "$staged/$site/$1/__init__.py"
	touch -r "/t/$1-1/$site/$1/__init__.py" "$staged/$site/$1/__init__.py"
	rm -r "$staged/$site/$1/dropped_in_2.py" "$staged/$site/$1/part"
	module "$1/longer_in_2.py" 'value = "longer"'
	module "$1/new/added_in_2.py"
	package "$1" 2
}

# Such as Debian's packages bring, else parts of the standard library.
for name in yaml pkg_resources wheel distro email json xml concurrent logging asyncio; do
	if [ $# -lt 4 ] && real $name; then
		editions $name
		set -- "$@" $name
	fi
done
echo "libraries: $*"
[ $# = 4 ] || skip "the system has no four libraries to repackage"

# step NAME...: removes some of those that are installed, or installs, upgrades, downgrades or
# reinstalls some of all, in one transaction.
step() {
	random 4
	removing=$drawn picked=
	for name; do
		random 2
		edition=$((drawn + 1))
		random 2
		[ "$drawn" = 1 ] || continue
		if [ "$removing" != 0 ]; then
			picked="$picked $name-$edition"
		elif [ -d "/$site/$name" ]; then
			picked="$picked $name"
		fi
	done
	# shellcheck disable=SC2086 # a list of words
	case $removing$picked in
	0) install "$1-1" ;;
	0*) remove $picked ;;
	?) install "$1-2" ;;
	*) install $picked ;;
	esac
}

n=0
while [ $n -lt "$ROUNDS" ]; do
	n=$((n + 1))
	step "$@"
	agree
	intact
	for name; do
		[ ! -d "/$site/$name" ] || imports "$name"
	done
done
=======
# A random walk over four real libraries in two editions each.
# slow
. "${0%/*}/../pacman.sh"
with_pycsync

real_libraries
random_walk 25
>>>>>>> 9bd3887 (wip deb)
