# SPDX-License-Identifier: LGPL-2.1-or-later
# Inside the triggers of rpm, which holds its database locked for writing, that can be asked.
. "$LIB/case.sh"
need_root
need rpm
need rpmbuild

# package NAME SCRIPT: of what is in stage, with the script at the end of its spec.
package() {
	mkdir -p top
	{
		printf 'Name: %s\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n' "$1"
		printf '%%description\nx\n%%install\ncp -a %s/stage/. %%{buildroot}\n%%files\n/opt/test\n%s\n' "$T" "$2"
	} >"$1.spec"
	rpmbuild -bb --quiet --nodeps --define "_topdir $T/top" --define "_rpmdir $T/rpms" \
		--define "_dbpath $T/none" --define '__os_install_post %{nil}' "$1.spec" >rpmbuild.log 2>&1 ||
		fail "rpmbuild: $(cat rpmbuild.log)"
}

dir=opt/test/lib/python3.11/site-packages
policy <<-END
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /$dir
END
mkdir -p stage/opt/test
: >stage/opt/test/hook
run="$PYCSYNC sync --policy $T/policy.yaml /$dir >>$T/log 2>&1 || echo failed >>$T/log"
package hook "%transfiletriggerin -- /opt/test/lib
echo in >>$T/log
$run
%filetriggerpostun -- /opt/test/lib
echo postun >>$T/log
$run"
rm -r stage
src stage/$dir/lib/shipped.py
src stage/$dir/lib/own.py
fake_pyc "$(pyc stage/$dir/lib/shipped.py)"
package lib ""

# The triggers write here; from rpm 6 on, a plugin gives them a /tmp of their own.
options="$(rpm_options | tr '\n' ' ')--noplugins "
cat >inside.sh <<-END
	set -eu
	cd $T
	rpm $options--nodeps -i rpms/noarch/hook-1-1.noarch.rpm rpms/noarch/lib-1-1.noarch.rpm >rpm.log 2>&1
	rpm -V --nodeps lib hook >verify 2>&1
	cmp stage/$dir/lib/__pycache__/shipped.$TAG.pyc /$dir/lib/__pycache__/shipped.$TAG.pyc
	ls /$dir/lib/__pycache__ >caches
	rpm $options-e lib >>rpm.log 2>&1
	find /opt/test/lib >left 2>/dev/null || :
END
# Everything is written in this directory, which the copy of the system shares.
try 0,77 "$LIB/../distro/root.sh" --write "$T" --read "$(dirname "$PYCSYNC"):$(dirname "$PYCSYNC")" sh "$T/inside.sh"
[ "$got" = 0 ] || skip "$(cat err)"
[ ! -s verify ] || fail "rpm -V: $(cat verify)"
[ "$(cat caches)" = "$(printf '%s\n' own.$TAG.pyc shipped.$TAG.pyc)" ] || fail "caches: $(cat caches)"
[ "$(grep -cxE 'in|postun' log)" = 2 ] || fail "not both triggers ran: $(cat log)"
! grep -q "failed\|cannot" log || fail "$(cat log)"
# While %filetriggerpostun runs, the package is still in the database, so its directories are owned.
! grep -q 'pyc$' left || fail "left: $(cat left)"
