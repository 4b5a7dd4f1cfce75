# SPDX-License-Identifier: LGPL-2.1-or-later
# What the worker says of a source comes from the bytes that it was given: what has that name on the host is
# another file.
# slow
. "$LIB/case.sh"
need strace
not_with_asan "LeakSanitizer cannot be traced"

# below PATH LINE...: a source in the root, that is PATH in there.
below() {
	path=$1
	shift
	src "$T/root$path" "$@"
}

# quiet STATUS COMMAND...: no process opened a source by its whole name, and none waited for a FIFO. With
# no number left for a descriptor, the kernel does not even look for the file.
quiet() {
	wanted=$1
	shift
	rm -f "$T"/trace.*
	try "$wanted" timeout 20 strace -ff -qq -s 4096 -e trace=open,openat -o "$T/trace" "$@"
	! grep '"/[^"]*\(this\|antigravity\|fifo\)\.py"' "$T"/trace.* | grep -v EMFILE || fail "opened"
}

# What the compiler refuses, what the parser refuses, and what both accept with a warning.
bad='return  ours'
worse='def  ours(:'
odd='x = y = 0; "ours" is 1'

policy <<-END
	version: 1
	defaults: {warnings: show}
END
tried=
mkdir -p "root$T"
for python in "$PY" $(find /usr/lib -maxdepth 2 -name "libpython3.${TAG#cpython-3}.so.1.0") \
	$(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : '\n' | grep -v '3\.[67]$'); do
	case $python in
	*/lib*.so*) stdlib=$("$PY" -I -c 'import os; print(os.path.dirname(os.__file__))') ;;
	*) stdlib=$("$python" -I -c 'import os; print(os.path.dirname(os.__file__))') ;;
	esac
	[ -r "$stdlib/this.py" ] || continue
	# Where the worker could read the host's file.
	below "$stdlib/this.py" '' "$bad"
	below "$stdlib/antigravity.py" '' '' "$odd"
	quiet 1 "$PYCSYNC" sync --root "$T/root" --python "$python" "$stdlib"
	grep -q '^    return *ours$' err || fail "$python: not our line"
	below "$stdlib/this.py" '' "$worse"
	rm -r "$T/root$stdlib/__pycache__"
	quiet 1 "$PYCSYNC" sync --root "$T/root" --policy policy.yaml --python "$python" "$stdlib"
	grep -q '^    def *ours(:$' err || fail "$python: not our line"
	grep -q 'SyntaxWarning: "is" with ' err || fail "$python: no warning"
	# Below a directory that it cannot read at all, a FIFO in the place of the source.
	below "$T/fifo.py" '' "$bad" '' "$odd"
	rm -f fifo.py
	mkfifo fifo.py
	quiet 1 "$PYCSYNC" sync --root "$T/root" --python "$python" "$T"
	grep -q '^    return *ours$' err || fail "$python: not our line"
	quiet 1 "$PYCSYNC" compile --python "$python" -f -s "$T/root" -p / "root$T/fifo.py"
	rm -r "$T/root"
	tried="$tried $python"
done

# The same words as compileall, though the file is out of the worker's reach.
mkdir t
printf '%s\n' "x = '\\N{DIGIT ONE}'" "$odd" '# coding: latin-1' >t/odd.py
printf '# coding: koi8-r\r\nx = "\301"\r\n\014assert ("\301", 1)\r\n' >t/koi.py
printf '\357\273\277assert (1, "\303\251")\n' >t/mark.py
printf '\n\nreturn "here"\n' >t/bad.py
chmod 600 t/*.py
try 1 "$PYCSYNC" compile --python "$PY" -f t
cp out ours.out && cp err ours.err
try 1 "$PY" -m compileall -f t
if ! cmp out ours.out || ! cmp err ours.err; then
	fail "not as compileall says it"
fi
echo "note: tried$tried"
