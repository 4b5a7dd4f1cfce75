# shellcheck shell=sh
# pacman.sh: the words that only the scenarios in pacman/ have; see words.sh.

# shellcheck source=words.sh
. "${0%/*}/../words.sh"
# shellcheck source=package.sh
. "$distro/package.sh"

config=/t/pacman.conf

# package NAME VERSION [LINE]...: what is laid out becomes /t/NAME-VERSION.pkg.tar.
package() {
	_name=$1 _version=$2
	shift 2
	wrap "$_name" "$_version-1" "$staged" "/t/$_name-$_version.pkg.tar" "$@" || fail "no package"
}

## Transactions

# configure [LINE]...: the pacman.conf from here on.
configure() {
	{
		printf '%s\n' '[options]' 'Architecture = auto' 'SigLevel = Never' \
			'LocalFileSigLevel = Never'
		printf '%s\n' "$@"
	} >"$config"
}

# transact ARG...: one run of pacman; its status is in $rc, its output in the file $log.
transact() {
	run_pacman "$@"
	printf '== pacman %s: %s\n' "$*" "$rc" >>"$record"
	snapshot >>"$record"
}

# run_pacman ARG...: the same off the record, for what is known to differ without the hook.
run_pacman() {
	log=$(mktemp /t/log.XXXXXX)
	pacman --config "$config" --noconfirm --color never "$@" \
		>"$log" 2>&1 </dev/null
	rc=$?
	echo "\$ pacman $*"
	sed 's/^/  /' "$log"
}

# install FILE..., remove NAME...: transactions that must succeed.
install() {
	for _f; do
		set -- "$@" "/t/$_f.pkg.tar"
		shift
	done
	transact -U "$@"
	[ "$rc" = 0 ] || fail "pacman -U: status $rc"
}

remove() {
	transact -R "$@"
	[ "$rc" = 0 ] || fail "pacman -R: status $rc"
}

# Packages' own bytecode included.
snapshot() {
	modules
	cat /var/lib/pacman/local/*/files 2>/dev/null | grep '\.pyc$' | (
		cd / && tr '\n' '\0' | xargs -0 -r md5sum 2>&1
	)
}

database() {
	:
}

# with_pycsync: installs it, for scenarios about other packages.
with_pycsync() {
	configure
	run_pacman -U /t/in/pycsync-1.pkg.tar
	[ "$rc" = 0 ] || fail "pycsync itself cannot be installed: status $rc"
}
<<<<<<< HEAD

# agree [TREE]...: every source and cache, looked at by an independent program.
agree() {
	hooked || return 0
	[ $# -gt 0 ] || set -- "/$site" "/$site311"
	# A tree may come and go with its last package.
	for _tree; do
		[ ! -d "$_tree" ] || set -- "$@" "$_tree"
		shift
	done
	"$python" -I -S -B "$distro/agree.py" "$@" || fail "bytecode and sources do not agree"
}

# intact [NAME]...: what packages own is as they brought it.
intact() {
	run_pacman -Qkk "$@"
	[ "$rc" = 0 ] && ! grep -v ', 0 altered files' "$log" || fail "altered files"
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
=======
>>>>>>> 9bd3887 (wip deb)
