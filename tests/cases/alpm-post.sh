# SPDX-License-Identifier: LGPL-2.1-or-later
# alpm-post: pacman's list (relative, sorted, directories with a slash) is reconciled path by path.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python3/dist-packages
	  - path: /usr/lib/python{version}/site-packages
END
site=t/usr/lib/python3.11/site-packages
post() {
	trigger 0 alpm-post --root t --policy policy.yaml "$@" <list
}
for name in new stale unchanged unlisted; do
	src $site/$name.py
done
src $site/pkg/__init__.py
src $site/pkg/sub/a.py
src $site/other/kept.txt
src $site/other/a.py
src t/opt/outside.py
src t/usr/lib/python3.12/site-packages/a.py
(cd t && find usr/lib/python3.11 -name "*.py" ! -name new.py ! -name unlisted.py) >list
run 0 --root t --stdin <list
settle
rewrite $site/stale.py 'x = 1'
fake_pyc "$(pyc $site/pkg/sub/a.py 1)"
fake_pyc $site/pkg/sub/__pycache__/a.cpython-312.pyc
rm -r $site/pkg/__init__.py $site/pkg/sub/a.py $site/other/a.py
cat >list <<-'END'
	opt/outside.py
	usr/lib/python3.11/site-packages/
	usr/lib/python3.11/site-packages/new.py
	usr/lib/python3.11/site-packages/none.py
	usr/lib/python3.11/site-packages/other/
	usr/lib/python3.11/site-packages/other/a.py
	usr/lib/python3.11/site-packages/other/kept.txt
	usr/lib/python3.11/site-packages/pkg/
	usr/lib/python3.11/site-packages/pkg/__init__.py
	usr/lib/python3.11/site-packages/pkg/sub/
	usr/lib/python3.11/site-packages/pkg/sub/a.py
	usr/lib/python3.11/site-packages/stale.py
	usr/lib/python3.11/site-packages/unchanged.py
	usr/lib/python3.12/site-packages/a.py
END
listed t
post --json
plan
(cd t && find . -mindepth 5 ! -name '*.py' && find opt) | sort
check --root t --except "$T/$site/unlisted.py" $site
unchanged trigger 0 alpm-post --root t --policy policy.yaml <list
unchanged trigger 0 alpm-post --root t --policy policy.yaml </dev/null
# Everything goes: the trees' own directories stay.
rm $site/*.py $site/other/kept.txt
echo usr/lib/python3.11/site-packages/unlisted.py >>list
post
[ -d $site ] || fail "the tree itself was removed"
