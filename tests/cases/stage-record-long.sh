# SPDX-License-Identifier: LGPL-2.1-or-later
# A row of a RECORD may be of any length: one that no path can be names no file, and stays as it is.
# slow
. "$LIB/case.sh"

SITE=d/usr/lib/python3.11/site-packages
RECORD=$SITE/a-1.dist-info/RECORD
src $SITE/a.py
mkdir $SITE/a-1.dist-info
# rows NAME...: these and others, of which all but the last stay.
rows() {
	"$PY" -I - $RECORD "$TAG" "$@" <<-'END'
		import sys
		names = ["x" * (9 << 20) + ".pyc", "a." * 8000 + "pyc", "d/" * 30000 + "a.pyc",
		         "a/../" * 1000 + "gone.pyc", '"say ""x"", ' + "y" * (100000) + '.py"']
		names += sys.argv[3:] + [f"__pycache__/a.{sys.argv[2]}.opt-2.pyc"]
		with open(sys.argv[1], "w") as file:
		    file.writelines(name + ",sha256=a,1\n" for name in names)
	END
	sed '$d' $RECORD >kept
}
# stays PATH...: after 'stage' with these.
stays() {
	try 0 "$PYCSYNC" stage d "$@"
	cmp kept $RECORD || fail "RECORD after: stage d $*"
}
long=$(printf '%300s' '' | tr ' ' x)
for path in '' usr /${SITE#d/}/a.py; do
	rows "$long.pyc" "$long/a.pyc"
	stays ${path:+"$path"}
done
rows
stays $RECORD
