# Bytes that are no UTF-8 appear in --json as surrogate escapes, and every line is valid JSON.
. "$LIB/case.sh"

mkdir t
src t/good.py
src "t/$(printf 'latin\351').py"
src "t/$(printf 'tab\tquote"back\\slash\nline\001').py"
src 't/é.py'
src "t/$(printf 'bad\377').py" 'x = ('
run 1 --json t
totals compiled=4 failed=1
"$PY" -I - out <<-'END' || fail "--json"
	import json, os, sys
	found = set()
	with open(sys.argv[1], "rb") as lines:
	    for line in lines:
	        found.add(os.fsencode(os.path.basename(json.loads(line).get("path", ""))))
	wanted = {b"good.py", b"latin\xe9.py", b'tab\tquote"back\\slash\nline\001.py', b"bad\xff.py",
	          "é".encode() + b".py"}
	sys.exit(f"not found: {wanted - found}" if wanted - found else 0)
END
