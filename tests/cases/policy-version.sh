# SPDX-License-Identifier: LGPL-2.1-or-later
# {version} in a tree binds it to that interpreter; in a rule it stands for any.
. "$LIB/case.sh"

for version in 3.11 3.12 3.9; do
	src root/usr/lib/python$version/site-packages/a.py
done
src root/usr/lib/python3/dist-packages/a.py
src root/opt/a.py
fake_pyc root/usr/lib/python3.12/site-packages/__pycache__/a.cpython-312.pyc
fake_pyc root/usr/lib/python3.9/site-packages/__pycache__/a.$TAG.pyc
policy <<-END
	version: 1
	trees:
	  - path: /usr/lib/python3/dist-packages
	  - path: /usr/lib/python{version}/site-packages
	rules:
	  - match: /usr/lib/python{version}/**
	    optimize: [0, 1]
END
run 0 --root root --policy policy.yaml --json /
(cd root && find . -name '*.pyc') | sort
