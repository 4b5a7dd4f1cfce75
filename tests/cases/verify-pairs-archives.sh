# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# Every fault together with every other on one source, in packages that the real tools made, of every format.
. "$LIB/case.sh"
export T
for pair in tar:tar pkg:bsdtar deb:dpkg-deb rpm:rpmbuild rpm6:rpmbuild zip:tar whl:tar; do
	if command -v "${pair#*:}" >/dev/null; then
		"$PY" -I -X utf8 "$LIB/../verify/pairs.py" "${pair%%:*}" || fail "see above"
	else
		echo "note: ${pair%%:*}: not tested: ${pair#*:} is not installed"
	fi
done
