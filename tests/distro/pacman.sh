# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# pacman.sh: the words that only the scenarios in pacman/ have; see words.sh.

# shellcheck source=words.sh
. /t/source/tests/distro/words.sh
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

# intact [NAME]...: what packages own is as they brought it.
intact() {
	run_pacman -Qkk "$@"
	[ "$rc" = 0 ] && ! grep -v ', 0 altered files' "$log" || fail "altered files"
}
