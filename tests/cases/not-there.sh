# SPDX-License-Identifier: LGPL-2.1-or-later
# A path that is typed and not there is a warning that names it, and status 1; the others are done. A source
# that is gone speaks for its caches: as long as there is one, that is no mistake.
. "$LIB/case.sh"

src t/a.py
src t/gone.py
src t/sub/gone.py
echo x >t/notes.txt
run 0 t
cp -r t whole
# absent_path PATH: of sync, clean and verify.
absent_path() {
	run 1 "$1" t/a.py
	once "warning: $1 is not there"
	[ "$(wc -l <err)" = 1 ] || fail "more than one line"
	says "1 fresh"
	run 1 -n "$1"
	once "$1 is not there"
	cleaned=1
	[ "${1##*/}" != __pycache__ ] || cleaned=0
	try $cleaned "$PYCSYNC" clean "$1"
	[ $cleaned = 0 ] || once "warning: $1 is not there"
	try 2 "$PYCSYNC" verify --python "$PY" "$1"
	once "$1 is not there"
}
for path in t/typo.py t/typo "$T/typo/" typo/a.py t/a.py/x.py t/none/__pycache__ t/notes/__pycache__/a.$TAG.pyc \
	t/__pycache__/typo.$TAG.pyc t/__pycache__/typo t/typo.pyc; do
	absent_path "$path"
done
run 1 "" t/a.py
once "'' is not there"
run 1 "$(head -c 5000 /dev/zero | tr '\0' y)" t/a.py
once "y is not there"

# What is there, whatever it is, and what lists name.
ln -s nowhere.py t/link.py
run 0 t/notes.txt t/link.py t/sub t/__pycache__ t/__pycache__/a.$TAG.pyc t/__pycache__/a.cpython-312.pyc .
[ ! -s err ] || fail "a word"
printf 't/typo.py\ntypo/\n' | run 0 --stdin
[ ! -s err ] || fail "a list is not typed"
printf 't/typo.py\n' | trigger 0 alpm-post
[ ! -s err ] || fail "a list is not typed"

# By its name, that of a cache, or that of the __pycache__: once, and then no more.
for name in gone.py __pycache__/gone.$TAG.pyc __pycache__/gone.$TAG.opt-1.pyc; do
	for command in "sync --python $PY" clean; do
		rm -r t && cp -r whole t && rm t/gone.py
		try 0 "$PYCSYNC" $command t/$name
		absent "$(pyc t/gone.py)"
		[ ! -s err ] || fail "a word"
		try 1 "$PYCSYNC" $command t/$name
		once "t/$name is not there"
	done
done
rm t/sub/gone.py
try 1 "$PYCSYNC" verify --python "$PY" t/sub/gone.py
says orphan
run 0 t/sub/__pycache__
absent t/sub/__pycache__
run 1 t/sub/__pycache__
cp "$(pyc t/a.py)" t/beside.pyc
try 0 "$PYCSYNC" verify --python "$PY" --fail-on error -v t/beside.py
says sourceless

# In a root, and below a prefix.
mkdir root
cp -r whole root/t
run 0 --root root /t/a.py
run 1 --root root "$T/t/a.py"
once "$T/t/a.py is not there"
printf 'version: 1\npycache-prefix: %s/cache\n' "$T" | policy
go() {
	wanted=$1
	shift
	run "$wanted" --policy policy.yaml "$@"
}
go 0 whole
rm whole/a.py
go 0 whole/a.py
go 1 whole/a.py
once "whole/a.py is not there"
rm -r whole
go 0 "cache$T/whole/gone.$TAG.pyc"
go 1 "cache$T/whole/gone.$TAG.pyc"
go 0 whole
absent cache/tmp
go 1 whole

# stage names what is not there, and so does compile where compileall does.
try 2 "$PYCSYNC" stage --python "$PY" "$T/typo"
once "$T/typo: No such file"
try 2 "$PYCSYNC" stage --python "$PY" t typo.py
once "typo.py: No such file"
for quiet in '' -q -qq; do
	for path in typo typo.py; do
		"$PY" -m compileall $quiet $path >theirs 2>&1 && theirs=0 || theirs=$?
		try $theirs "$PYCSYNC" compile --python "$PY" $quiet $path
		cat out err | cmp -s - theirs || fail "compile $quiet $path"
	done
done
