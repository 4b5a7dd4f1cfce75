# SPDX-License-Identifier: LGPL-2.1-or-later
# alpm-post: directories that only held caches go, up to the tree, which stays.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python{version}/site-packages
END
site=t/usr/lib/python3.11/site-packages
src $site/a/b/c/x.py
src $site/a/b/y.py
src $site/mine/z.py
run 0 --root t /
rm $site/a/b/c/x.py $site/a/b/y.py $site/mine/z.py
echo data >$site/mine/data
printf 'usr/lib/python3.11/site-packages/%s\n' a/b/c/x.py a/b/y.py mine/z.py >list
trigger 0 alpm-post --root t --policy policy.yaml <list
(cd t && find .) | sort
