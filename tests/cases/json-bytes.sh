# SPDX-License-Identifier: LGPL-2.1-or-later
# Bytes that are no UTF-8, and what drives a terminal, are escapes in --json; every line is valid JSON.
. "$LIB/case.sh"

mkdir t
src t/good.py
src "t/$(printf 'latin\351').py"
src "t/$(printf 'tab\tquote"back\\slash\nline\001').py"
src 't/é.py'
src "t/$(printf 'bad\377').py" 'x = ('
rlo=$(printf '\342\200\256') csi=$(printf '\302\233')
src "t/turned${rlo}yp.${csi}31m.py" 'x = ('
run 1 --json t
totals compiled=4 failed=2
! grep -qF -e "$rlo" -e "$csi" out err || fail "what turns text is not escaped"
"$PY" -I - out <<-'END' || fail "--json"
	import json, os, sys
	found = set()
	with open(sys.argv[1], "rb") as lines:
	    for line in lines:
	        found.add(os.fsencode(os.path.basename(json.loads(line).get("path", ""))))
	wanted = {b"good.py", b"latin\xe9.py", b'tab\tquote"back\\slash\nline\001.py', b"bad\xff.py",
	          "é".encode() + b".py", "turned\u202eyp.\x9b31m.py".encode()}
	sys.exit(f"not found: {wanted - found}" if wanted - found else 0)
END
# For people they are escaped as well, in a report and in every other message.
run 1 t "./gone$rlo$csi.py"
grep -qF 'turned\xe2\x80\xaeyp.\xc2\x9b31m.py' err || fail "not shown"
! grep -qF -e "$rlo" -e "$csi" out err || fail "what turns text is not escaped"
try 2 "$PYCSYNC" policy explain --root "none$rlo" /x
grep -qF 'none\xe2\x80\xae: No such' err || fail "not shown"
try 0 "$PYCSYNC" verify --fail-on never t
! grep -qF -e "$rlo" -e "$csi" out err || fail "what turns text is not escaped"
