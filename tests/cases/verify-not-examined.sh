# SPDX-License-Identifier: LGPL-2.1-or-later
# What could not be examined is a finding with its reason, and never "nothing wrong".
# slow
. "$LIB/case.sh"
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
# missed STATUS COUNT WHAT WHY COMMAND...: so many such findings, and one of them is about that, for that reason.
missed() {
	status=$1 count=$2 what=$3 why=$4
	shift 4
	try "$status" "$@" --json
	"$PY" -I "$LIB/../verify/schema.py" <out || fail "schema"
	[ "$(grep -c '"finding": "not-examined"' out)" = "$count" ] || fail "not $count findings: $*"
	grep -F '"finding": "not-examined"' out | grep -F "$what\"" | grep -qF "$why" || fail "$what: $why"
}
verify="$PYCSYNC verify --python $PY"

# No worker starts, from the first one on or later: one finding names the interpreter, whatever is to be compiled.
src t/a.py
src t/b.py
run 0 t
cp "$PYCSYNC" alone
echo >pycsync-worker
missed 1 1 ': "3.11' "pycsync-worker: Permission denied (2 sources)" ./alone verify --python "$PY" --deep t
try 0 ./alone verify --python "$PY" --deep --fail-on orphan t
says "error not-examined: it could not be examined"
says ": its worker died while it started: $T/pycsync-worker: Permission denied (2 sources)"
says "2 sources, 2 pycs: 1 errors, 0 warnings"
if command -v strace >/dev/null; then
	missed 1 1 ': "3.11' "(2 sources)" strace -o trace -e trace=socketpair -e inject=socketpair:error=EMFILE \
		$verify --deep t
	missed 1 1 "$T/t/a.py" "Input/output error" strace -o trace -P "$T/t/a.py" -e trace=read,pread64 \
		-e inject=read,pread64:error=EIO $verify --deep t/a.py
fi
rm "$(pyc t/a.py)"
missed 1 1 ': "3.11' "(2 sources)" ./alone verify --python "$PY" --deep t

# A worker that dies says nothing of its source, whose pyc is missing all the same.
mkdir bin
cp "$PYCSYNC" bin/pycsync
{ echo "#!$PY -I" && cat "$LIB/liar.py"; } >bin/pycsync-worker
chmod +x bin/pycsync-worker
src t/ending.py
missed 1 1 "$T/t/ending.py" "the worker failed" bin/pycsync verify --python "$PY" t/ending.py
grep -q '"finding": "missing"' out || fail "that its pyc is missing is not told"
rm t/ending.py

# Time and memory that do not suffice say nothing of the source.
slow_src t/slow.py
printf 'version: 1\ndefaults: {limits: {seconds: 1}}\n' | policy
missed 1 1 "$T/t/slow.py" "it took longer than 1 seconds" $verify --policy policy.yaml t/slow.py
rm t/slow.py
if ! grep -q __asan_init "$PYCSYNC"; then # which itself needs terabytes of address space
	{ printf 'x = [' && head -c 400000 /dev/zero | sed 's/\x0/a,/g' && echo ']'; } >t/large.py
	printf 'version: 1\ndefaults: {limits: {memory: 128MiB}}\n' | policy
	missed 1 1 "$T/t/large.py" "MemoryError" $verify --policy policy.yaml t/large.py
	rm t/large.py
fi

# A rule without an answer.
long=$(printf '%060d' 0 | tr 0 x)
src "t/$long.py"
run 0 t
printf 'version: 1\nrules: [{regex: "(x+x+)+[yz]", compile: false}]\n' | policy
missed 1 1 "/t/$long.py" "policy.yaml:2: the regex of this rule takes too many steps" \
	$verify --policy policy.yaml t
rm "t/$long.py" "$(pyc "t/$long.py")"

# A source, a pyc, a __pycache__ and a directory that cannot be read.
printf 'version: 1\ndefaults: {invalidation: checked-hash, optimize: [0, 1, 2]}\n' | policy
rm -r t/__pycache__
src t/d/c.py
src t/e/f.py
src t/g/h.py
run 0 --policy policy.yaml t
try 0 $verify --policy policy.yaml t
chmod 0 t/a.py t/d t/e/__pycache__ "$(pyc t/g/h.py)"
give_away t
for path in a.py d e/__pycache__ "g/__pycache__/h.$TAG.pyc"; do
	missed 1 4 "/t/$path" "Permission denied" as_nobody $verify --policy "$T/policy.yaml" "$T/t"
done
chmod 755 t/d t/e/__pycache__

# In a package: a source of which the content is not read, a version that nobody can compile for, and members
# behind the place where it cannot be read on.
mkdir -p p/usr/lib/python3/dist-packages
cd p/usr/lib/python3/dist-packages
src ./a.py
"$PY" -m compileall -q --invalidation-mode checked-hash .
truncate -s 33M a.py
cd "$T"
tar -C p -cf p.tar usr
missed 1 1 /usr/lib/python3/dist-packages/a.py "its content was not read" $verify p.tar
truncate -s 0 p/usr/lib/python3/dist-packages/a.py
rm -r p/usr/lib/python3/dist-packages/__pycache__
fake_pyc p/usr/lib/python3/dist-packages/__pycache__/a.cpython-38.pyc
tar -C p -cf p.tar usr
missed 1 1 "$T/p.tar" "no interpreter is there to compile for it" $verify --deep "$T/p.tar"
