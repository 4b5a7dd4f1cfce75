# SPDX-License-Identifier: LGPL-2.1-or-later
# The same with the real dpkg: what it ships stays as it was, what it could not remove goes.
. "$LIB/case.sh"
need_root
need dpkg-deb

site=usr/lib/python3/dist-packages
src stage/$site/lib/shipped.py
src stage/$site/lib/own.py
fake_pyc "$(pyc stage/$site/lib/shipped.py)"
mkdir -p stage/etc stage/DEBIAN
echo x >stage/etc/pycsync-case.conf
echo /etc/pycsync-case.conf >stage/DEBIAN/conffiles
(cd stage && find usr -type f -exec md5sum {} +) >stage/DEBIAN/md5sums
cat >stage/DEBIAN/control <<-'END'
	Package: pycsync-case
	Version: 1
	Architecture: all
	Maintainer: nobody <nobody@localhost>
	Description: a case
END
dpkg-deb -b --root-owner-group stage lib.deb >deb.log 2>&1 || fail "$(cat deb.log)"
cat >inside.sh <<-END
	set -eu
	cd $T
	# The libraries of this machine are none of the case's business.
	rm -rf /usr/lib/python3/dist-packages
	sync_it() { $PYCSYNC sync -q --python $PY /usr/lib/python3/dist-packages >>sync.log 2>&1; }
	dpkg -i lib.deb >dpkg.log 2>&1
	sync_it
	dpkg --verify pycsync-case >verify 2>&1 || :
	ls /$site/lib/__pycache__ >caches
	dpkg -r pycsync-case >>dpkg.log 2>&1
	dpkg -L pycsync-case >listed
	sync_it
	ls -d /$site/lib >left 2>/dev/null || :
	dpkg -P pycsync-case >purge.log 2>&1
END
try 0,77 "$LIB/../distro/root.sh" --write "$T" --read "$(dirname "$PYCSYNC"):$(dirname "$PYCSYNC")" sh "$T/inside.sh"
[ "$got" = 0 ] || skip "$(cat err)"
[ ! -s verify ] || fail "dpkg --verify: $(cat verify)"
[ "$(cat caches)" = "$(printf '%s\n' own.$TAG.pyc shipped.$TAG.pyc)" ] || fail "caches: $(cat caches)"
grep -qx "/$site/lib" listed || fail "dpkg does not keep the directory in its list any more: $(cat listed)"
[ ! -s left ] || fail "left: $(cat left)"
! grep -qi 'warning\|unable' purge.log || fail "purge: $(cat purge.log)"
