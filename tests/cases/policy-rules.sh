# SPDX-License-Identifier: LGPL-2.1-or-later
# rules: globs over the whole path, the last match wins, and what is not compiled is left alone.
. "$LIB/case.sh"

for name in a skip/a skip/keep/a deep/templates/x/y/a deep/a two/a one/test_a star/ab.c/a; do
	src t/$name.py
done
fake_pyc t/skip/__pycache__/a.$TAG.pyc
policy <<-END
	version: 1
	rules:
	  - match: "**/skip/**"
	    compile: false
	  - match: "**/skip/keep/**"
	    compile: true
	  - match: $T/t/deep/templates/**
	    compile: false
	  - match: "$T/t/two/**"
	    compile: false
	  - match: "**/two/a.py"
	    compile: true
	    optimize: [0, 2]
	  - match: "$T/t/*/test_?.py"
	    compile: false
	  - match: "$T/t/*.py"
	    optimize: [1]
	  - match: "$T/t/*/a.py.not"
	    compile: false
END
run 0 --policy policy.yaml --json t
plan
unchanged run 0 --policy policy.yaml t t/skip/a.py t/one/test_a.py
