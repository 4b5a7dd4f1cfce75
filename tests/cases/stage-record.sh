# SPDX-License-Identifier: LGPL-2.1-or-later
# The RECORD of a wheel is a list of changes: paths relative to where the dist-info lies.
. "$LIB/case.sh"

SITE=usr/lib/python3.11/site-packages
for name in pkg/__init__ pkg/a 'pkg/with,comma' 'pkg/with"quote' other/b; do
	src "d/$SITE/$name.py"
done
src d/usr/lib/extra/c.py
mkdir -p d/$SITE/pkg-1.0.dist-info d/usr/bin
cat >d/$SITE/pkg-1.0.dist-info/RECORD <<-'END'
	../../../bin/tool,sha256=x,3
	../../extra/c.py,,
	pkg/__init__.py,sha256=abc,10
	pkg/a.py,sha256=def,20
	"pkg/with,comma.py",,
	"pkg/with""quote.py",,
	pkg/gone.py,,
	pkg-1.0.dist-info/RECORD,,
END
sed -i 's/$/\r/' d/$SITE/pkg-1.0.dist-info/RECORD
src d/$SITE/pkg/gone.py
try 0 "$PYCSYNC" stage d $SITE/pkg/gone.py
rm d/$SITE/pkg/gone.py
for how in "--record=$T/d/$SITE/pkg-1.0.dist-info/RECORD" "--record=/$SITE/pkg-1.0.dist-info/RECORD" \
	"$SITE/pkg-1.0.dist-info/RECORD"; do
	find d -name '*.pyc' ! -name 'gone*' -delete
	try 0 "$PYCSYNC" stage d "$how"
	there "d/$SITE/pkg/__pycache__/a.$TAG.pyc" "d/$SITE/pkg/__pycache__/with,comma.$TAG.pyc" \
		"d/$SITE/pkg/__pycache__/with\"quote.$TAG.pyc" "d/usr/lib/extra/__pycache__/c.$TAG.pyc"
	absent d/$SITE/other/__pycache__ d/$SITE/pkg/__pycache__/gone.$TAG.pyc
done
# A package's name that is a link out of the root does not lead there.
mkdir outside
echo 'a.py,,' >outside/RECORD
ln -s "$T/outside" d/$SITE/evil-1.dist-info
try 2 "$PYCSYNC" stage d --record $SITE/evil-1.dist-info/RECORD
try 2 "$PYCSYNC" stage d --record $SITE/none-1.dist-info/RECORD
try 2 "$PYCSYNC" stage d --record $SITE/pkg/a.py
once "is not called"
# A real wheel's, as the importer's own tools write it.
"$PY" -I - d/$SITE <<-'END'
	import csv, os, sys
	top = sys.argv[1]
	os.makedirs(f"{top}/many-2.dist-info")
	with open(f"{top}/many-2.dist-info/RECORD", "w", newline="") as file:
	    writer = csv.writer(file)
	    for i in range(200):
	        name = f"many/m{i}, \"{i}\".py"
	        os.makedirs(f"{top}/many", exist_ok=True)
	        open(f"{top}/{name}", "w").close()
	        writer.writerow((name, "sha256=x", 0))
END
try 0 "$PYCSYNC" stage d --record $SITE/many-2.dist-info/RECORD
says "200 compiled"
