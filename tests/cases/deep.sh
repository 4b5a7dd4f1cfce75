# SPDX-License-Identifier: LGPL-2.1-or-later
# A tree that is deeper than a path can be long does no harm to its neighbours.
. "$LIB/case.sh"

src t/a.py
"$PY" -I - <<-'END'
	import os
	os.mkdir("t/deep")
	os.chdir("t/deep")
	for depth in range(60):
	    with open("m.py", "w") as source:
	        source.write("x = 1\n")
	    os.mkdir("d" * 100)
	    os.chdir("d" * 100)
END
run 0,1 t
there "$(pyc t/a.py)" "$(pyc t/deep/m.py)"
if [ "$got" = 1 ] && [ ! -s err ]; then
	fail "status 1 without a message"
fi
