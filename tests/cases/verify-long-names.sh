# SPDX-License-Identifier: LGPL-2.1-or-later
# A pyc may record a name of megabytes, in a tree, a staging root and a package: it is no path, and people get to
# see the beginning.
# slow
. "$LIB/case.sh"

SITE=usr/lib/python3.11/site-packages
src d/$SITE/p/m.py 'x = 1'
src d/$SITE/p/other.py 'x = 1'
src d/$SITE/p/umlaut.py 'x = 1'
try 0 "$PYCSYNC" stage d
# What a file of several names records is asked for as a path.
ln "$(pyc d/$SITE/p/m.py)" d/$SITE/p/__pycache__/m.$TAG.opt-1.pyc
"$PY" -I -X utf8 - d/$SITE/p $TAG w.whl <<-'END'
	import marshal, sys, zipfile
	where, tag, wheel = sys.argv[1:]
	size = 9 << 20
	names = {"m": "/" + "d/" * (size // 2) + "/site-packages/p/m.py", "other": "/home/" + "x" * size + "/p/other.py",
	         "umlaut": "ü" * (size // 2)}
	with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
	    for name, recorded in names.items():
	        path = f"{where}/__pycache__/{name}.{tag}.pyc"
	        code = compile(open(f"{where}/{name}.py").read(), recorded, "exec")
	        with open(path, "r+b") as file:
	            data = file.read(16) + marshal.dumps(code)
	            file.seek(0)
	            file.truncate()
	            file.write(data)
	        archive.write(f"{where}/{name}.py", f"p/{name}.py")
	        archive.writestr(f"p/__pycache__/{name}.{tag}.pyc", data)
END
for how in "--root d" "--json --stage d" "--json --root d" "--package w.whl" "--json --deep --package w.whl"; do
	# shellcheck disable=SC2086
	try 1 "$PYCSYNC" verify --python "$PY" $how
	grep -qE 'wrong-path|leaking-path' out || fail "not found: $how"
	says '...'
	[ "$(wc -c <out)" -lt 60000 ] || fail "$(wc -c <out) bytes: $how"
	iconv -f UTF-8 -t UTF-8 out >/dev/null || fail "half a character: $how"
done
