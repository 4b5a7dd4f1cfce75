# SPDX-License-Identifier: LGPL-2.1-or-later
# rpm-postun: the files are gone, and so are their caches; listed directories go when they are empty,
# others stay.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees: [/usr/lib/python3.11/site-packages]
END
site=t/usr/lib/python3.11/site-packages
for name in pkg/__init__ pkg/sub/a pkg/stays kept/a; do
	src $site/$name.py
done
run 0 --root t --policy policy.yaml
rm $site/pkg/__init__.py $site/pkg/sub/a.py
cat >list <<-'END'
	/usr/lib/python3.11/site-packages/pkg/__init__.py
	/usr/lib/python3.11/site-packages/pkg/sub
	/usr/lib/python3.11/site-packages/pkg/sub/a.py
END
trigger 0 rpm-postun --root t --policy policy.yaml --json <list
totals removed=2 compiled=0
absent $site/pkg/sub "$(pyc $site/pkg/__init__.py)"
there "$(pyc $site/pkg/stays.py)" "$(pyc $site/kept/a.py)"
check --root t $site
