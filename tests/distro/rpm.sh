# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# rpm.sh: the words that only the scenarios in rpm/ have; see words.sh. Every package is made by
# rpmbuild, every transaction by the real rpm, dnf or zypper.
#
# rpm's database is empty at the start but for a package "base" that provides what pycsync requires.

# shellcheck source=words.sh
. "${0%/*}/../words.sh"

# Debian's rpm would keep its database in the home of root.
mkdir -p /etc/rpm /var/lib/rpm
cat >/etc/rpm/macros <<'EOF'
%_dbpath /var/lib/rpm
%_topdir /t/rpmbuild
%_rpmdir /t/rpmbuild
%_rpmfilename %{NAME}-%{VERSION}.rpm
%_buildhost localhost
%_binary_payload w0.gzdio
%__os_install_post %{nil}
%_invalid_encoding_terminates_build 0
%_binaries_in_noarch_packages_terminate_build 0
EOF
rm -rf /root/.rpmdb

## Making packages

# Directories of the system, which no package of a scenario owns.
shared='usr usr/bin usr/lib usr/lib64 usr/lib/python3 usr/lib/python3.11 usr/share'

# package NAME VERSION [LINE]...: what is laid out becomes /t/NAME-VERSION.rpm. Scriptlets and lines of
# %files are what add_to_spec and list_files have put aside.
package() {
	_name=$1 _version=$2
	shift 2
	[ -e "$staged.files" ] || list_all >"$staged.files"
	{
		printf '%s\n' "Name: $_name" "Version: $_version" 'Release: 1' 'License: none' \
			'Summary: package of the tests' 'BuildArch: noarch' 'AutoReqProv: no' "$@" \
			'' '%description' 'Package of the tests.' \
			'' '%install' "mkdir -p %{buildroot} && cp -a '$staged/.' %{buildroot}" \
			'' "%files -f $staged.files" ''
		cat "$staged.scripts" 2>/dev/null
	} >"$staged.spec"
	rpmbuild -bb --quiet "$staged.spec" >/t/rpmbuild.log 2>&1 || fail "no package: $(cat /t/rpmbuild.log)"
	mv "/t/rpmbuild/$_name-$_version.rpm" "/t/$_name-$_version.rpm"
	rm -f "$staged.files"
}

# add_to_spec: standard input ends the spec of the package that is being laid out, and of those that
# are laid out in the same place after it.
add_to_spec() {
	cat >>"$staged.scripts"
}

# Whole trees, from where they leave the directories of the system.
list_all() (
	cd "$staged" || exit 1
	for _d in $shared; do
		set -- "$@" -path "./$_d" -o
	done
	find . -mindepth 1 \( "$@" -false \) -o -printf '"/%P"\n' -prune
)

# list_files: standard input has the lines of %files for the next package.
list_files() {
	cat >"$staged.files"
}

## Transactions

# transact ARG...: one run of rpm; its status is in $rc, its output in the file $log.
transact() {
	run_rpm "$@"
	remember "rpm $*"
}

# remember WHAT: puts on record what the last transaction came to, and what it left.
remember() {
	{
		printf '== %s: %s\n' "$1" "$rc"
		modules
		rpm -qa | grep -v -e ^pycsync- | LC_ALL=C sort
		rpm -qa --qf '[%{FILEFLAGS:fflags}%{FILENAMES}\n]' | sed -n '/^[a-z]*g/d; s,^[a-z]*\(/.*\.pyc\)$,\1,p' |
			LC_ALL=C sort -u | tr '\n' '\0' | xargs -0 -r md5sum 2>&1
	} >>"$record"
}

# Debian's rpm is told that it may, and from rpm 6 on it is told not to ask for signatures.
options=--nosignature
! rpm --force-debian --version >/dev/null 2>&1 || options="$options --force-debian"

# run_rpm ARG...: the same off the record, for what is known to differ without pycsync.
run_rpm() {
	# shellcheck disable=SC2086 # words
	run_manager rpm $options "$@"
}

run_manager() {
	log=$(mktemp /t/log.XXXXXX)
	"$@" >"$log" 2>&1 </dev/null
	rc=$?
	echo "\$ $*"
	sed 's/^/  /' "$log"
}

# must_succeed: the last transaction did, and every scriptlet and trigger in it.
must_succeed() {
	[ "$rc" = 0 ] || fail "status $rc"
	! grep -e 'scriptlet failed' -e ': command not found' -e '^error:' "$log" || fail "a scriptlet failed"
}

# install FILE..., remove NAME...: transactions that must succeed. A package may be there already, in
# any version.
install() {
	for _f; do
		# With several files of short names, rpm 6.1.0 takes something else for the first one's.
		set -- "$@" "/t/./././././$_f.rpm"
		shift
	done
	transact -U --oldpackage --replacepkgs "$@"
	must_succeed
}

remove() {
	transact -e "$@"
	must_succeed
}

# own VERSION: installs pycsync, off the record.
own() {
	run_rpm -U --oldpackage --replacepkgs "/t/in/pycsync-$1.rpm"
	must_succeed
	! hooked || [ ! -e /t/in/program ] || cp /t/in/program /usr/bin/pycsync
}

# with_pycsync: for scenarios about other packages.
with_pycsync() {
	own 1
}

## Checks

# rpm -Va finds nothing, but for what the tests of the tests exchange.
database() {
	rpm -Va >/t/verify 2>&1
	[ ! -e /t/in/program ] || sed -i '/ \/usr\/bin\/pycsync$/d' /t/verify
	[ ! -s /t/verify ] || fail "rpm -Va: $(cat /t/verify)"
}

# Whatever pycsync requires of its system is there.
run_rpm -i /t/in/base.rpm
must_succeed
