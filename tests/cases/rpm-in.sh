# SPDX-License-Identifier: LGPL-2.1-or-later
# rpm-in: rpm's list of a transaction: absolute paths, directories without a slash, duplicates, files
# that stayed, ghosts and what is not there. Directories in it are not walked.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees: [/usr/lib/python3.11/site-packages]
END
site=t/usr/lib/python3.11/site-packages
src $site/pkg/__init__.py
src $site/pkg/new.py
src $site/pkg/sub/a.py
src $site/other/unlisted.py
src t/opt/outside.py
ghost=/usr/lib/python3.11/site-packages/pkg/__pycache__/new.cpython-311.pyc
{
	echo /usr/lib/python3.11/site-packages
	echo /usr/lib/python3.11/site-packages/pkg
	for _ in 1 2; do
		find t/usr -path "*/pkg/*" ! -name __pycache__ | sed 's/^t//'
	done
	echo $ghost
	echo /usr/lib/python3.11/site-packages/pkg/gone.py
	echo /opt/outside.py
} >list
trigger 0 rpm-in --root t --policy policy.yaml --json <list
totals compiled=3 failed=0
check --root t $site/pkg
absent "$(pyc $site/other/unlisted.py)" "$(pyc t/opt/outside.py)"
unchanged trigger 0 rpm-in --root t --policy policy.yaml <list
[ ! -s out ] || fail "words for nothing"
trigger 0 rpm-in --root t --policy policy.yaml </dev/null

# A tree by another name of its directory.
rm -rf t
src t/usr/lib/python3/dist-packages/a.py
ln -s usr/lib t/lib
printf 'version: 1\ninterpreters: [3.11]\n' | policy
echo /lib/python3/dist-packages/a.py | trigger 0 rpm-in --root t --policy policy.yaml
check --root t t/usr/lib/python3/dist-packages
