# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# dpkg.sh: the words that only the scenarios in dpkg/ have; see words.sh.
#
# dpkg's database is empty at the start: the system's own files belong to nobody. What pycsync
# depends on comes from a package "system" that holds nothing.

# shellcheck source=words.sh
. /t/source/tests/distro/words.sh
# shellcheck source=package-deb.sh
. "$distro/package-deb.sh"

export DEBIAN_FRONTEND=noninteractive APT_CONFIG=/t/apt.conf

## Making packages

# script NAME [LINE]...: a maintainer script of the package that is being laid out.
script() {
	_script=$staged/DEBIAN/$1
	shift
	mkdir -p "${_script%/*}"
	printf '%s\n' '#!/bin/sh' 'set -e' "$@" >"$_script"
	chmod 755 "$_script"
}

# python_scripts NAME: maintainer scripts such as dh_python3 gives to the package NAME.
python_scripts() {
	script postinst "py3compile -p $1"
	# shellcheck disable=SC2016 # for the script
	script prerm "py3clean -p $1"
}

# package NAME VERSION [LINE]...: what is laid out becomes /t/NAME-VERSION.deb.
package() {
	_name=$1 _version=$2
	shift 2
	wrap_deb "$_name" "$_version-1" "$staged" "/t/$_name-$_version.deb" "$@" || fail "no package"
}

# repository FILE...: apt knows of these packages from here on, and of no others.
repository() {
	rm -rf /t/repo && mkdir /t/repo
	for _f; do
		cp "$_f" /t/repo
	done
	(cd /t/repo && apt-ftparchive packages . >Packages) || fail "apt-ftparchive"
	run apt-get update
	[ "$rc" = 0 ] || fail "apt-get update: status $rc"
}

## Transactions

# configure: an empty database, and an apt that knows of nothing else.
configure() {
	mkdir -p /var/lib/dpkg/info /var/lib/dpkg/updates /var/lib/dpkg/triggers /t/apt/state \
		/t/apt/cache/archives/partial /t/apt/parts/apt.conf.d \
		/t/apt/parts/preferences.d
	touch /var/lib/dpkg/status /var/lib/dpkg/available
	echo 'deb [trusted=yes] file:/t/repo ./' >/t/sources.list
	cat >/t/apt.conf <<-'END'
		Dir::State "/t/apt/state";
		Dir::State::status "/var/lib/dpkg/status";
		Dir::Cache "/t/apt/cache";
		Dir::Etc "/t/apt/parts";
		Dir::Etc::sourcelist "/t/sources.list";
		Dir::Log "/t/apt";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
		APT::Get::Assume-Yes "true";
		APT::Get::allow-downgrades "true";
		Dpkg::Use-Pty "false";
	END
	run dpkg -i /t/in/system.deb
	[ "$rc" = 0 ] || fail "the database cannot be used: status $rc"
}

# transact COMMAND...: dpkg or apt; its status is in $rc, its output in the file $log.
transact() {
	run "$@"
	{
		printf '== %s: %s\n' "$*" "$rc"
		modules
		# shellcheck disable=SC2016 # for dpkg-query
		dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' | grep -v -w pycsync
		cat /var/lib/dpkg/info/*.list | grep '\.pyc$' | tr '\n' '\0' | xargs -0 -r md5sum 2>&1
	} >>"$record"
}

# run COMMAND...: the same off the record, for what is known to differ without pycsync.
run() {
	log=$(mktemp /t/log.XXXXXX)
	rc=0
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	echo "\$ $*"
	sed 's/^/  /' "$log"
}

# must COMMAND...: a transaction that must succeed.
must() {
	transact "$@"
	[ "$rc" = 0 ] || fail "$*: status $rc"
}

# midway COMMAND...: must succeed as well, and is off the record: what follows completes it.
midway() {
	run "$@"
	[ "$rc" = 0 ] || fail "$*: status $rc"
}

# install NAME-VERSION..., remove NAME..., purge NAME...
install() {
	for _f; do
		set -- "$@" "/t/$_f.deb"
		shift
	done
	must dpkg -i "$@"
}

remove() {
	must dpkg -r "$@"
}

purge() {
	must dpkg -P "$@"
}

# with_pycsync: installs it, for scenarios about other packages.
with_pycsync() {
	configure
	run dpkg -i /t/in/pycsync-1.deb
	[ "$rc" = 0 ] || fail "pycsync itself cannot be installed: status $rc"
}

## Checks

# Nothing that a package brought is missing or changed, and no package is half installed.
database() {
	for _what in --verify --audit; do
		dpkg $_what >/t/database 2>&1 || fail "dpkg $_what: status $?"
		[ ! -s /t/database ] || fail "dpkg $_what: $(cat /t/database)"
	done
}

# silent: pycsync had nothing to say in the last transaction.
silent() {
	said 0 pycsync:
}
