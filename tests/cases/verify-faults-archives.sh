# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# The same faults in packages that the real tools made, of every format.
. "$LIB/case.sh"
export T
for pair in tar:tar pkg:bsdtar deb:dpkg-deb rpm:rpmbuild rpm6:rpmbuild zip:bsdtar whl:bsdtar; do
	if command -v "${pair#*:}" >/dev/null; then
		"$PY" -I -X utf8 "$LIB/../verify/faults.py" "${pair%%:*}" || fail "see above"
	else
		echo "note: ${pair%%:*}: not tested: ${pair#*:} is not installed"
	fi
done
