# SPDX-License-Identifier: LGPL-2.1-or-later
# --deep: the code is compared with what the source compiles to, whatever the header says.
. "$LIB/case.sh"
deep() {
	status=$1
	shift
	try "$status" "$PYCSYNC" verify --deep --json --python "$PY" "$@"
}
cp -r /usr/lib/python3.11/json /usr/lib/python3.11/email "$T/"
rm -rf "$T/json/__pycache__" "$T/email/__pycache__" "$T/email/mime/__pycache__"
src "$T/json/set.py" 'def f(a):' '    return a in {"x", "y", "z", 1, 2.5, None, (1, "q")}'
run 0 "$T/json" "$T/email"
deep 0 "$T/json" "$T/email"

# Written by CPython itself, with every hash seed, and in an order of its own.
rm -r "$T/json/__pycache__"
PYTHONHASHSEED=7 "$PY" -m compileall -q -o 0 -o 2 "$T/json"
deep 0 "$T/json"

# The code of another source under the right header.
settle
cat >"$T/forge.py" <<-'END'
	import marshal, sys
	path, cache = sys.argv[1:]
	with open(cache, "r+b") as file:
	    head = file.read(16)
	    file.seek(0)
	    code = compile(open(path).read().replace('"z"', '"Z"'), path, "exec")
	    file.write(head + marshal.dumps(code))
	    file.truncate()
END
"$PY" -I "$T/forge.py" "$T/json/set.py" "$(pyc "$T/json/set.py")"
try 0 "$PYCSYNC" verify --python "$PY" "$T/json"
deep 1 "$T/json"
[ "$(grep -c '"finding"' "$T/out")" = 1 ] || fail "one finding is expected"
says '"finding": "code-differs"'
says "set.$TAG.pyc"

# The same in a package.
mkdir -p "$T/p/usr/lib/python3/dist-packages/m"
cp "$T/json/set.py" "$T/p/usr/lib/python3/dist-packages/m/"
run 0 --root "$T/p" /usr
tar -C "$T/p" -cf "$T/p.tar" usr
deep 0 "$T/p.tar"
touch -r "$T/p/usr/lib/python3/dist-packages/m/set.py" "$T/then"
sed 's/"z"/"Z"/' "$T/json/set.py" >"$T/p/usr/lib/python3/dist-packages/m/set.py"
touch -r "$T/then" "$T/p/usr/lib/python3/dist-packages/m/set.py"
(cd "$T/p" && tar -cf "$T/p.tar" usr/lib/python3/dist-packages/m/set.py \
	usr/lib/python3/dist-packages/m/__pycache__)
deep 1 "$T/p.tar"
says '"finding": "code-differs"'
