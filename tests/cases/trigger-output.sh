# SPDX-License-Identifier: LGPL-2.1-or-later
# A trigger whose words nobody reads does its work and fails nothing: a full disk, a pipe whose reader
# has gone, a descriptor that is closed. Other commands say that their output is lost.
. "$LIB/case.sh"

dist=t/usr/lib/python3/dist-packages
src $dist/a.py
fire() {
	rm -rf $dist/__pycache__
	echo usr/lib/python3/dist-packages/a.py |
		"$PYCSYNC" trigger "$@" --root t --policy policy.yaml 2>err
}
policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees: [/usr/lib/python3/dist-packages]
END
for kind in alpm-post rpm-in dpkg; do
	fire $kind >/dev/full || fail "$kind, full: status $?"
	there "$(pyc $dist/a.py)"
	fire $kind >&- || fail "$kind, closed: status $?"
	there "$(pyc $dist/a.py)"
	{
		sleep 0.2
		fire $kind || echo $? >status
	} | true
	absent status
	there "$(pyc $dist/a.py)"
done
rm -r $dist/__pycache__
"$PYCSYNC" sync --root t --policy policy.yaml "/usr/lib/python3/dist-packages" >/dev/full 2>err && fail "output lost, status 0"
grep -q "standard output" err || fail "it does not say that output was lost: $(cat err)"
