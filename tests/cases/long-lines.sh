# SPDX-License-Identifier: LGPL-2.1-or-later
# CPython quotes the line that is wrong. A source may be one line of megabytes: of each line, only the start is shown.
. "$LIB/case.sh"

"$PY" -I - <<-'END'
	import os
	os.mkdir("t")
	sources = {
	    "end": b"x = '" + b"a" * 3000000 + b"' )",
	    "start": b"x = ) '" + b"a" * 3000000 + b"'",
	    "odd": b"x = ) '" + b"a" + b"\xc3\xa4" * 1500000 + b"'",
	    "name": b"def f():\n    x" + b"y" * 3000000 + b" = 1\n    global x" + b"y" * 3000000 + b"\n",
	    "warns": b"x = 1 is 1, '" + b"a" * 3000000 + b"'",
	}
	for name, source in sources.items():
	    with open(f"t/{name}.py", "wb") as file:
	        file.write(source + b"\n")
END
# brief: all that was said is short, and whole lines.
brief() {
	[ "$(cat out err | wc -c)" -lt 40000 ] || fail "$(cat out err | wc -c) bytes"
	"$PY" -I -c 'for name in "out", "err": open(name, encoding="utf-8").read()' || fail "a character is cut"
}
run 1 t
brief
for name in end start odd name; do
	once "$T/t/$name.py:"
done
[ "$(grep -c 'x = ) .aaa.*\.\.\.$' err)" = 1 ] || fail "the start of the line"
[ "$(grep -cx ' *^*' err)" = 2 ] || fail "marks"
! grep -qE '^ *(\.\.\.)?$' err || fail "marks that are not seen"
run 1 --json t
brief
printf 'version: 1\ndefaults: {warnings: show}\n' | policy
rm t/__pycache__/warns*
run 1 --policy policy.yaml t/warns.py t/start.py
brief
once "$T/t/warns.py:1: SyntaxWarning"
printf 'version: 1\ndefaults: {warnings: error}\n' | policy
rm t/__pycache__/warns*
run 1 --policy policy.yaml t/warns.py
brief
once "$T/t/warns.py:1: SyntaxWarning"
try 1 "$PYCSYNC" verify --deep --python "$PY" t
brief
