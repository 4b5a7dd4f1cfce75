# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# words.sh: the words that all scenarios are written with, whatever the manager; MANAGER.sh adds its own.
#
# Every scenario runs twice, each time in a throw-away root: once in a "plain" one, where the
# package pycsync is empty, and once in a "hooked" one, where it is the real thing. After each
# transaction the exit status of the manager and everything in the Python trees but the caches are
# put on record, and both records must be equal: pycsync changes nothing but bytecode.
#
# In the root: /t is scratch; /t/in holds the packages of pycsync, /t/real the Python modules of the
# system (both read-only); /t/out takes the record.
#
# A manager's own file defines
#
#   package NAME VERSION [LINE]...  makes a package of what stage, put and module have laid out
#   install NAME-VERSION...         a transaction that must succeed
#   remove NAME...                  the same
#   with_pycsync                    installs pycsync, for scenarios about other packages
#   database                        fails where the manager finds fault with its packages

# shellcheck disable=SC2034 # for those who source this
set -u

site=usr/lib/python3/dist-packages          # the tree that all interpreters share
site311=usr/lib/python3.11/site-packages    # a tree of 3.11 alone
python=/usr/bin/python3.11
distro=/t/source/tests/distro
record=/t/out/$PYCSYNC_ROOT.record
clock=1700000000
log=/dev/null
rc=0

fail() {
	echo "FAILED: $*"
	exit 1
}

skip() {
	echo "$*" >/t/out/skipped
	exit 77
}

hooked() {
	[ "$PYCSYNC_ROOT" = hooked ]
}

## Making packages

# stage DIR: from here on, files are laid out in /t/DIR, and are a day younger than the last ones.
stage() {
	staged=/t/$1
	mkdir -p "$staged"
	clock=$((clock + 86400))
}

# put PATH [TEXT]: a file of the package that is being laid out. Its time is the stage's, so that
# two packages of one stage hold files that only their content tells apart.
put() {
	mkdir -p "$(dirname "$staged/$1")"
	printf '%s\n' "${2-name = \"${1##*/}\"}" >"$staged/$1"
	touch -d "@$clock" "$staged/$1"
}

# module PATH [TEXT]: the same, below the shared tree.
module() {
	put "$site/$1" "${2-value = \"${1##*/}\"}"
}

# library NAME VERSION MODULE...: package and stage at once, for when content does not matter.
library() {
	_library=$1 _edition=$2
	shift 2
	stage "$_library-$_edition"
	for _m; do
		module "$_m" "value = \"$_m of $_edition\""
	done
	package "$_library" "$_edition"
}

# modules: everything in the Python trees that is not pycsync's business.
modules() {
	for _tree in "/$site" "/$site311"; do
		[ ! -d "$_tree" ] || find "$_tree" -name __pycache__ -prune -o \
			-printf '%p %l: %y %m %U:%G' \( -type f -printf ' %s %T@' -o -true \) -printf '\n'
	done | LC_ALL=C sort
}

# add_tree PATH: the administrator adds a tree to the policy.
add_tree() {
	mkdir -p /etc/pycsync/policy.d
	printf 'version: 1\ntrees+: [%s]\n' "$1" >"/etc/pycsync/policy.d/${1##*/}.yaml"
}

# trees_anywhere: one tree that the administrator adds to the policy, and one of a package that brings its own file
# for the policy, which counts in the same transaction. What has no Python in it is passed over.
trees_anywhere() {
	add_tree /opt/app

	stage app-1
	put opt/app/main.py 'value = 1'
	put opt/app/sub/old.py
	package app 1
	cp -a "$staged" /t/app-2
	staged=/t/app-2
	rm "$staged/opt/app/sub/old.py"
	put opt/app/main.py 'value = 2'
	put opt/app/sub/new.py
	package app 2
	stage tool-1
	put usr/share/tool/main.py
	put usr/lib/pycsync/policy.d/tool.yaml "$(printf 'version: 1\ntrees+: [/usr/share/tool]')"
	package tool 1
	stage paper-1
	put usr/share/paper/page.txt
	put opt/paper/page.txt
	package paper 1

	install app-1 tool-1
	agree /opt/app /usr/share/tool
	there opt/app/sub/__pycache__/old.cpython-311.pyc usr/share/tool/__pycache__/main.cpython-311.pyc
	caches /opt/app /usr/share/tool >/t/before
	install paper-1
	said 0 pycsync:
	caches /opt/app /usr/share/tool >/t/after
	cmp /t/before /t/after || fail "caches were made anew"
	install app-2
	agree /opt/app /usr/share/tool
	gone opt/app/sub/__pycache__/old.cpython-311.pyc
	there opt/app/sub/__pycache__/new.cpython-311.pyc
	remove app
	gone opt/app
	remove tool paper
	gone usr/share/tool
}

## Chance

# random N: $drawn is one of 0 to N - 1; the same ones for the same $SEED.
random() {
	SEED=$(((SEED * 1103515245 + 12345) % 2147483648))
	drawn=$((SEED / 65536 % $1))
}

# real NAME: finds a library of the system that the interpreter imports by itself, of a size that can be checked
# many times.
real() {
	for from in "/t/real/$1" "/usr/lib/python3.11/$1"; do
		[ -d "$from" ] || continue
		n=$(find "$from" -name '*.py' | wc -l)
		if [ "$n" -ge 3 ] && [ "$n" -le 80 ]; then
			rm -rf /t/alone && mkdir /t/alone && ln -s "$from" "/t/alone/$1"
			(cd / && PYTHONPATH=/t/alone "$python" -B -c "import $1") 2>/dev/null && return
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

# real_libraries: makes two editions each of four libraries of the system; their names are in $libraries.
# They are such as Debian's packages bring, else parts of the standard library.
real_libraries() {
	echo "seed $SEED"
	set --
	for name in yaml pkg_resources wheel distro email json xml concurrent logging asyncio; do
		if [ $# -lt 4 ] && real $name; then
			editions $name
			set -- "$@" $name
		fi
	done
	libraries=$*
	echo "libraries: $libraries"
	[ $# = 4 ] || skip "the system has no four libraries to repackage"
}

# draw NAME...: removes some of those that are installed, or installs, upgrades, downgrades or
# reinstalls some of all, in one transaction.
draw() {
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

# random_walk: $ROUNDS draws. After each all agrees, and the interpreter imports the libraries from
# their caches.
random_walk() {
	while [ "$ROUNDS" -gt 0 ]; do
		ROUNDS=$((ROUNDS - 1))
		# shellcheck disable=SC2086 # a list of words
		draw $libraries
		agree
		for name in $libraries; do
			[ ! -d "/$site/$name" ] || imports "$name"
		done
	done
}

## Checks, which look at the hooked root only

# agree [TREE]...: every source and cache, looked at by an independent program, and the database.
agree() {
	database
	bytecode "$@"
}

# bytecode [TREE]...: without the database.
bytecode() {
	hooked || return 0
	[ $# -gt 0 ] || set -- "/$site" "/$site311"
	# A tree may come and go with its last package.
	for _tree; do
		[ ! -d "$_tree" ] || set -- "$@" "$_tree"
		shift
	done
	"$python" -I -S -B "$distro/agree.py" --agreed /t/agreed "$@" || fail "bytecode and sources do not agree"
}

# caches [TREE]...: a line for each cache: which file it is, and when it was made.
caches() {
	[ $# -gt 0 ] || set -- "/$site" "/$site311"
	find "$@" -name '*.pyc' -printf '%p %i %C@\n' 2>/dev/null | LC_ALL=C sort
}

# there PATH..., gone PATH...: in the hooked root and without the leading slash.
there() {
	hooked || return 0
	for _p; do
		[ -e "/$_p" ] || fail "/$_p is not there"
	done
}

gone() {
	hooked || return 0
	for _p; do
		[ ! -e "/$_p" ] && [ ! -L "/$_p" ] || fail "/$_p is still there"
	done
}

# said COUNT TEXT: so many lines of the last transaction contain TEXT.
said() {
	hooked || return 0
	_n=$(grep -cF -- "$2" "$log")
	[ "$_n" = "$1" ] || fail "$_n lines of the last transaction say '$2', not $1"
}

# imports MODULE...: the interpreter itself reports that all came from their caches.
imports() {
	hooked || return 0
	for _m; do
		(cd / && PYTHONPATH=/$site "$python" -B -v -c "import $_m") 2>/t/imports >&2 ||
			fail "import $_m: $(tail -n 1 /t/imports)"
		grep -q "^# code object from '/$site/.*\.pyc'" /t/imports ||
			fail "import $_m: nothing came from a cache in /$site"
		! grep "^# code object from '\?/$site/.*\.py'\?\$" /t/imports ||
			fail "import $_m: compiled"
	done
}
