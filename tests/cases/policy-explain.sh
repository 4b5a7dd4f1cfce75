# SPDX-License-Identifier: LGPL-2.1-or-later
# policy explain: what applies, which line decided it, and what sync would do.
. "$LIB/case.sh"

src root/srv/app/a.py
src root/srv/app/test/b.py
src root/opt/c.py
fake_pyc root/srv/app/__pycache__/gone.$TAG.pyc
cat >p.yaml <<-END
	version: 1
	interpreters: [3.11]
	defaults:
	  optimize: [0, 1]
	trees:
	  - path: /srv/app
	    warnings: show
	rules:
	  - match: "**/test/**"
	    compile: false
	  - match: "/srv/app/a.py"
	    optimize: 2
END
try 0 "$PYCSYNC" policy explain --root root --policy p.yaml /
sed "s|$T/||; s|built-in policy:[0-9]*|built-in policy|" out
try 0 "$PYCSYNC" policy explain --root root --policy p.yaml --json /srv/app/a.py
"$PY" -I - out <<-'END'
	import json, sys
	line, = open(sys.argv[1])
	o = json.loads(line)
	assert o["path"] == "/srv/app/a.py" and o["tree"] == "/srv/app", o
	one, = o["interpreters"]
	assert one["interpreter"] == "3.11", one
	assert one["settings"]["optimize"]["value"] == "[2]", one
	assert one["settings"]["optimize"]["origin"].endswith("p.yaml:12"), one
	assert one["settings"]["warnings"]["origin"].endswith("p.yaml:7"), one
	action, = one["actions"]
	assert action["action"] == "compile" and action["level"] == 2, action
END
try 0 "$PYCSYNC" policy explain --root root --policy p.yaml /none.py
once "/none.py: nothing to do"
try 2 "$PYCSYNC" policy explain
try 2 "$PYCSYNC" policy explain --policy none.yaml t
try 2 "$PYCSYNC" policy
try 2 "$PYCSYNC" policy reload
try 0 "$PYCSYNC" policy explain --help
