# SPDX-License-Identifier: LGPL-2.1-or-later
# alpm-pre: the caches of what will be removed go, sources stay, and so does all that was not listed.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python{version}/site-packages
END
site=t/usr/lib/python3.11/site-packages
for name in gone/a gone/b stays/a stays/b a; do
	src $site/$name.py
done
src t/opt/a.py
run 0 --root t /
fake_pyc "$(pyc $site/stays/a.py 2)"
echo mine >$site/stays/__pycache__/foreign
printf 'usr/lib/python3.11/site-packages/%s\n' gone/ gone/a.py gone/b.py none.py stays/a.py >list
echo opt/a.py >>list
listed t
trigger 0 alpm-pre --root t --policy policy.yaml <list
(cd t && find . -mindepth 5 && find opt -name '*.pyc') | sort
unchanged trigger 0 alpm-pre --root t --policy policy.yaml <list
unchanged trigger 0 alpm-pre --root t --policy policy.yaml </dev/null
