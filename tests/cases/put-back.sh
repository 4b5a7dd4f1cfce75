# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that is edited, imported, and put back with its old content and times: each level is made anew, and none
# is taken from a stale pyc of another level that is about to go.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	defaults: {optimize: [0, 1]}
END
for levels in 0 1; do
	rm -rf t
	src t/a.py 'X = 1'
	touch -d @1700000000 t/a.py
	cp -p t/a.py old
	run 0 --policy policy.yaml t
	settle
	echo '# e' >>t/a.py
	if [ $levels = 0 ]; then
		(cd t && "$PY" -c 'import a')
	else
		(cd t && "$PY" -O -c 'import a')
	fi
	settle
	cp -p --remove-destination old t/a.py
	run 0 --policy policy.yaml t
	there "$(pyc t/a.py)" "$(pyc t/a.py 1)"
	check --levels 0,1 t
	unchanged run 0 --policy policy.yaml t
done
