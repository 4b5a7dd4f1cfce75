# SPDX-License-Identifier: LGPL-2.1-or-later
# In a trigger a bad source is a warning; on-error: fail makes it a status.
. "$LIB/case.sh"

site=t/usr/lib/python3.11/site-packages
with() {
	printf 'version: 1\ninterpreters: [3.11]\ndefaults: {on-error: %s}\n' "$1" >policy.yaml
	printf 'trees:\n  - path: /usr/lib/python{version}/site-packages\n' >>policy.yaml
	rm -rf $site/__pycache__
}
src $site/a.py
src $site/bad.py 'x = ('
src $site/z.py
printf 'usr/lib/python3.11/site-packages/%s.py\n' a bad z >list
for mode in warn fail; do
	with $mode
	status=0
	[ $mode = warn ] || status=1
	trigger $status alpm-post --root t --policy policy.yaml <list
	says /usr/lib/python3.11/site-packages/bad.py
	check --root t --except "$T/$site/bad.py" $site
done
