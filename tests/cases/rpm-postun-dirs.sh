# SPDX-License-Identifier: LGPL-2.1-or-later
# rpm-postun: of directories, those go that are listed and empty, the tree's own and those above it
# included; one that is not listed was not the package's.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python{version}/site-packages
END
lib=t/usr/lib/python3.11
site=$lib/site-packages
src $site/a/b/x.py
src $site/mine/y.py
src $site/filled/z.py
run 0 --root t /
rm $site/a/b/x.py $site/mine/y.py $site/filled/z.py
echo data >$site/filled/data
mkdir $site/hollow
sed 's,^,/usr/lib/python3.11/site-packages/,' >list <<-'END'
	a
	a/b
	a/b/x.py
	mine/y.py
	filled
	filled/z.py
	nowhere
END
trigger 0 rpm-postun --root t --policy policy.yaml <list
absent $site/a $site/mine/__pycache__ $site/filled/__pycache__
there $site/mine $site/filled/data $site/hollow

rm -r $site/mine $site/filled $site/hollow
src $site/last.py
run 0 --root t /
rm $site/last.py
printf '/usr/lib/%s\n' python3.11 python3.11/site-packages python3.11/site-packages/last.py >list
trigger 0 rpm-postun --root t --policy policy.yaml <list
absent $lib
there t/usr/lib
