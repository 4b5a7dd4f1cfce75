# SPDX-License-Identifier: LGPL-2.1-or-later
# One installed package, by the lists of pacman, dpkg and rpm.
. "$LIB/case.sh"
SITE=usr/lib/python3/dist-packages
verify() {
	status=$1
	shift
	try "$status" "$PYCSYNC" verify --json --python "$PY" --root "$T/r" "$@"
}
for name in one two; do
	src "$T/r/$SITE/$name/mod.py"
	src "$T/r/usr/share/doc/$name/example.py"
done
run 0 --root "$T/r" "/$SITE"
rm "$(pyc "$T/r/$SITE/one/mod.py")" "$(pyc "$T/r/$SITE/two/mod.py")"

mkdir -p "$T/r/var/lib/pacman/local/one-1.0-1" "$T/r/var/lib/pacman/local/one-more-1-1"
printf '9\n' >"$T/r/var/lib/pacman/local/ALPM_DB_VERSION"
printf '%s\n' %FILES% usr/ "$SITE/one/" "$SITE/one/mod.py" usr/share/doc/one/example.py '' %BACKUP% etc/x '' \
	>"$T/r/var/lib/pacman/local/one-1.0-1/files"
for entry in one-1.0-1 one-more-1-1; do
	printf '%%NAME%%\n%s\n\n' "${entry%-*-*}" >"$T/r/var/lib/pacman/local/$entry/desc"
done
printf '%s\n' %FILES% "$SITE/two/mod.py" '' >"$T/r/var/lib/pacman/local/one-more-1-1/files"
verify 1 --installed one
[ "$(grep -c '"finding"' "$T/out")" = 1 ] || fail "one finding is expected"
says "/$SITE/one/mod.py"

rm -r "$T/r/var"
mkdir -p "$T/r/var/lib/dpkg/info"
printf '%s\n' /. /usr "/$SITE/two/mod.py" /usr/share/doc/two/example.py >"$T/r/var/lib/dpkg/info/two:amd64.list"
printf '%s\n' "/$SITE/one/mod.py" >"$T/r/var/lib/dpkg/info/two-more.list"
verify 1 --installed two
[ "$(grep -c '"finding"' "$T/out")" = 1 ] || fail "one finding is expected"
says "/$SITE/two/mod.py"
verify 1 --installed two:amd64
verify 2 --installed thr

if ! command -v rpmbuild >/dev/null || ! is_root; then
	echo "note: rpm: not tested: needs rpmbuild and root"
	exit 0
fi
rm -r "$T/r/var"
mkdir -p "$T/rpm"
cat >"$T/rpm/two.spec" <<END
%global __os_install_post %{nil}
%global _rpmfilename two.rpm
Name: two
Version: 1
Release: 1
Summary: two
License: none
BuildArch: noarch
AutoReqProv: no
%description
%install
mkdir -p %{buildroot}/$SITE/two
cp $T/r/$SITE/two/mod.py %{buildroot}/$SITE/two/
%files
/$SITE/two
END
try 0 rpmbuild -bb --define "_topdir $T/rpm" --define "_rpmdir $T/rpm" --define "_tmppath $T/rpm" \
	"$T/rpm/two.spec"
# shellcheck disable=SC2046 # a word an option
try 0 rpm $(rpm_options) --root "$T/r" --dbpath /var/lib/rpm --nodeps --justdb -i "$T/rpm/two.rpm"
# rpm's configuration can run commands: it is not read.
echo "%_dbpath %(touch $T/ran; echo /nowhere)" >"$T/.rpmmacros"
verify 1 --installed two
absent "$T/ran"
[ "$(grep -c '"finding"' "$T/out")" = 1 ] || fail "one finding is expected"
says "/$SITE/two/mod.py"
