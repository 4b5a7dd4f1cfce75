# SPDX-License-Identifier: LGPL-2.1-or-later
# Pycs in DESTDIR that the policy does not ask for, as installers and authors leave them: by default
# they are made right or go, each is told of, and RECORDs follow.
# slow
. "$LIB/case.sh"

SITE=d/usr/lib/python3.11/site-packages
stage() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" stage "$@"
}
# scene: what installers, old wheels and authors leave.
scene() {
	rm -rf d
	for name in a b t; do
		src $SITE/p/$name.py
	done
	src d/usr/lib/python3/dist-packages/shared.py
	src d/usr/share/app/other.py
	"$PY" -I -m compileall -q -o 0 -o 1 -o 2 d >/dev/null
	# Outdated by a patch, which keeps size and time; for another interpreter; under odd names.
	rewrite $SITE/p/b.py "$(sed 's/none/NONE/' $SITE/p/b.py)"
	fake_pyc $SITE/p/__pycache__/a.cpython-38.pyc
	fake_pyc d/usr/lib/python3/dist-packages/__pycache__/shared.pypy39.pyc
	fake_pyc $SITE/p/__pycache__/t.cpython-39-pytest-5.4.3.pyc
	fake_pyc $SITE/p/__pycache__/a.cpython-311.pyc.140234
	fake_pyc $SITE/p/__pycache__/a.cpython-311.opt-3.pyc
	cp "$(pyc $SITE/p/a.py)" $SITE/p/a.pyc
	echo text >$SITE/p/__pycache__/notes.txt
	mkdir -p $SITE/p-1.dist-info
	cat >$SITE/p-1.dist-info/RECORD <<-END
		p/a.py,sha256=x,10
		p/a.pyc,sha256=x,10
		p/__pycache__/a.cpython-38.pyc,,
		"p/__pycache__/a.$TAG.pyc",sha256=x,20
		p/__pycache__/b.$TAG.pyc,,
		p/__pycache__/t.cpython-39-pytest-5.4.3.pyc,sha256=x,30
		../../../share/app/__pycache__/other.$TAG.pyc,sha256=x,20
		p/__pycache__/notes.txt,sha256=x,5
		p-1.dist-info/RECORD,,
	END
	chmod 640 $SITE/p-1.dist-info/RECORD
	touch -d @1500000000.5 $SITE/p-1.dist-info/RECORD
}
ODD="$SITE/p/__pycache__/a.cpython-38.pyc d/usr/lib/python3/dist-packages/__pycache__/shared.pypy39.pyc
	$SITE/p/__pycache__/t.cpython-39-pytest-5.4.3.pyc $SITE/p/__pycache__/a.cpython-311.pyc.140234
	$SITE/p/__pycache__/a.cpython-311.opt-3.pyc $SITE/p/a.pyc"
scene
cp -a d clean
stage 0 d --python "$PY"
check --root d --levels 0,1,2 --allow "$T/$SITE/p/__pycache__/notes.txt" d/usr
# shellcheck disable=SC2086 # a list of files
absent $ODD
there $SITE/p/__pycache__/notes.txt
if grep -rqaF "$T" d/usr || grep -rqaF d/usr d/usr; then
	fail "a build path is in it"
fi
# Each is told of, but with -q; what goes or stays by itself is not.
for file in $ODD; do
	says "remove /${file#d/}: "
done
for name in a t; do
	says "compile /${SITE#d/}/p/$name.py (3.11, level 1): the pyc records another name; nobody asked for this level"
done
says "compile /${SITE#d/}/p/b.py (3.11, level 1): the source changed after the pyc was written; nobody asked"
[ "$(wc -l <out)" = 18 ] || fail "$(wc -l <out) lines"
[ ! -s err ] || fail "words on stderr"
# The RECORD lists what is there, and no hash that is wrong; all else in it is as it was.
cat >record <<-END
	p/a.py,sha256=x,10
	p/__pycache__/a.$TAG.pyc,,
	p/__pycache__/b.$TAG.pyc,,
	../../../share/app/__pycache__/other.$TAG.pyc,,
	p/__pycache__/notes.txt,sha256=x,5
	p-1.dist-info/RECORD,,
END
cmp record $SITE/p-1.dist-info/RECORD || fail "RECORD"
says "rewrite /${SITE#d/}/p-1.dist-info/RECORD: "
[ "$(stat -c '%a %Y' $SITE/p-1.dist-info/RECORD)" = "640 1500000000" ] || fail "mode or time of RECORD"
mv d t
unchanged stage 0 t --python "$PY"
mv t d
says "pycsync: 0 compiled, 15 fresh, 0 removed"
[ "$(wc -l <out)" = 1 ] || fail "said more"
rm -r d
scene
stage 0 -q d --python "$PY"
[ ! -s out ] || fail "not quiet"
# In no tree, only what has a pyc is compiled, and a pyc beside its source goes.
scene
src d/usr/share/app/bare.py
src d/usr/share/app/old.py
cp "$(pyc $SITE/p/a.py)" d/usr/share/app/old.pyc
src d/usr/share/more/none.py
stage 0 d --python "$PY"
there "$(pyc d/usr/share/app/old.py)"
absent d/usr/share/app/old.pyc "$(pyc d/usr/share/app/bare.py)" d/usr/share/more/__pycache__
grep -rqaF d/usr d/usr/share && fail "a build path is in it"
# As JSON, each has a mark.
scene
stage 0 --json d --python "$PY"
plan >/dev/null
[ "$(grep -c '"action": "remove".*"extra": true' out)" = 6 ] || fail "removed"
[ "$(grep -c '"action": "compile".*"extra": true' out)" = 10 ] || fail "compiled"
[ "$(grep -c '"action": "rewrite"' out)" = 1 ] || fail "rewritten"
# With a hash that is right, the row stays.
sum=$("$PY" -I -c 'import base64, hashlib, sys
print(base64.urlsafe_b64encode(hashlib.sha256(open(sys.argv[1], "rb").read()).digest()).decode().rstrip("="))' \
	"$(pyc $SITE/p/a.py)")
printf 'p/__pycache__/a.%s.pyc,sha256=%s,20' "$TAG" "$sum" >$SITE/p-1.dist-info/RECORD
cp $SITE/p-1.dist-info/RECORD record
stage 0 d --python "$PY"
cmp record $SITE/p-1.dist-info/RECORD || fail "a right hash went"
# A PATH: nothing but what it names, and of the RECORD the same rows.
scene
cp $SITE/p-1.dist-info/RECORD record
stage 0 d --python "$PY" /${SITE#d/}/p/t.py
absent $SITE/p/__pycache__/t.cpython-39-pytest-5.4.3.pyc
there $SITE/p/a.pyc $SITE/p/__pycache__/a.cpython-38.pyc $SITE/p/__pycache__/a.cpython-311.pyc.140234
grep -v pytest record | cmp - $SITE/p-1.dist-info/RECORD || fail "other rows"
# policy: all go, none is touched, or each is an error.
echo 'version: 1
staging: {extra: remove}' | policy
scene
stage 0 --policy policy.yaml --python "$PY" d
check --root d --levels 0 --allow "$T/$SITE/p/__pycache__/notes.txt" d/usr/lib
[ "$(find d/usr -name '*opt-*' | wc -l)" = 0 ] || fail "levels stay"
echo 'version: 1
staging: {extra: keep}' | policy
scene
find d/usr -name '*.pyc' | sort >were
stage 0 --policy policy.yaml --python "$PY" d
find d/usr -name '*.pyc' | sort | cmp - were || fail "not kept"
cmp $SITE/p-1.dist-info/RECORD clean/${SITE#d/}/p-1.dist-info/RECORD || fail "RECORD is not kept"
echo 'version: 1
staging: {extra: fail}' | policy
stage 1 --policy policy.yaml --python "$PY" d
find d/usr -name '*.pyc' | sort | cmp - were || fail "not kept"
for name in a.cpython-38.pyc a.$TAG.opt-1.pyc a.$TAG.opt-2.pyc a.cpython-311.opt-3.pyc \
	t.cpython-39-pytest-5.4.3.pyc a.cpython-311.pyc.140234; do
	once "$name: the policy does not ask for it"
done
once "p/a.pyc: it lies beside its source"
# What is no pyc by its content is never removed, but named.
for file in $SITE/p/__pycache__/t.cpython-38.pyc $SITE/p/__pycache__/odd.pyc $SITE/p/t.pyc; do
	echo text >$file
	stage 1 --python "$PY" d
	once "is named like a pyc, but is not one; it is left alone"
	there $file
	rm $file
done
ln -s nowhere $SITE/p/__pycache__/t.cpython-38.pyc
stage 1 --python "$PY" d
once "t.cpython-38.pyc: not a regular file; it is left alone"
there $SITE/p/__pycache__/t.cpython-38.pyc
rm $SITE/p/__pycache__/t.cpython-38.pyc
# The same where there is no source that it would be of.
ln -s nowhere $SITE/p/__pycache__/gone.$TAG.pyc
echo text >$SITE/p/__pycache__/gone.cpython-38.pyc
stage 1 --python "$PY" d
once "gone.$TAG.pyc: not a regular file; it is left alone"
once "gone.cpython-38.pyc: it is named like a pyc, but is not one; it is left alone"
rm $SITE/p/__pycache__/gone.*
# Sources that the policy excludes: what is right stays, what records DESTDIR or is of another version goes.
scene
fake_pyc $SITE/p/__pycache__/b.cpython-38.pyc
"$PY" -I -m compileall -q -f -s "$T/d" -p / "$T/$SITE/p/t.py" >/dev/null
echo 'version: 1
rules: [{match: "**/p/**", compile: false}]' | policy
stage 0 --policy policy.yaml --python "$PY" d
there "$(pyc $SITE/p/t.py)"
absent "$(pyc $SITE/p/t.py 1)" "$(pyc $SITE/p/a.py)" $SITE/p/__pycache__/b.cpython-38.pyc
there $SITE/p/a.pyc
# A pyc without a source stays. Where it hurts, that is an error, which a rule may excuse.
rm -r d
src $SITE/q/m.py
"$PY" -I -m compileall -q -s "$T/d" -p / "$T/d" >/dev/null
mv "$(pyc $SITE/q/m.py)" $SITE/q/m.pyc
rm $SITE/q/m.py
stage 0 d
[ ! -s err ] || fail "told of what is right"
there $SITE/q/m.pyc
cp $SITE/q/m.pyc m.pyc
# hurts WORDS
hurts() {
	stage 1 d
	once "/q/$1"
	there $SITE/q/m.pyc
	stage 1 --json d
	plan >/dev/null
	cp m.pyc $SITE/q/m.pyc
}
{ printf '\142' && tail -c +2 m.pyc; } >$SITE/q/m.pyc
hurts "m.pyc: it has no source, and no interpreter that the policy has for it takes it"
head -c 60 m.pyc >$SITE/q/m.pyc
hurts "m.pyc: it has no source, and is damaged"
src $SITE/q/m.py
"$PY" -I -c 'import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[1] + "c")' "$T/$SITE/q/m.py"
rm $SITE/q/m.py
echo 'version: 1
rules: [{match: "**/q/**", on-error: warn}]' | policy
stage 0 --policy policy.yaml d
once "m.pyc: it has no source, and the path of DESTDIR in it"
hurts "m.pyc: it has no source, and the path of DESTDIR in it"
mv $SITE/q/m.pyc $SITE/q/__init__.pyc
src $SITE/q.py
stage 1 d
once "/q/__init__.pyc: it is imported in the place of the module that has its directory's name"
