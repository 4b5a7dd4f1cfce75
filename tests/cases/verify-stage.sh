# SPDX-License-Identifier: LGPL-2.1-or-later
# verify --stage asks of a root what stage would make of it, with the same settings; what it names to
# fix a finding is a stage, and does fix it. Without it, a root that stage made gets a hint.
# slow
. "$LIB/case.sh"

SITE=d/usr/lib/python3.11/site-packages
export SOURCE_DATE_EPOCH=1600000000
PATH=$(dirname "$PYCSYNC"):$PATH
stage() {
	try 0 "$PYCSYNC" stage "$@"
}
verify() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" verify -v "$@"
}
# agree OPTION...: with the same options, what stage made is right, down to the notes, and verify
# changes nothing.
agree() {
	stage "$@" d
	mv d t
	unchanged verify 0 "$@" --stage t
	mv t d
	[ "$(wc -l <out)" = 1 ] || fail "not only a summary"
	[ ! -s err ] || fail "words"
}
for name in a b c; do
	src $SITE/p/$name.py
done
touch -d @1700000000 $SITE/p/a.py
touch -d @1500000000 $SITE/p/b.py
src d/opt/venv/lib/python3.11/site-packages/m.py
agree
says "4 sources, 4 pycs: nothing wrong"
verify 1 --root d
says wrong-mode
says "ask 'pycsync verify --stage d'; a 'sync' in it would undo that"
verify 1 --root d -q
grep -q 'verify --stage' out && fail "not quiet"
verify 1 -o 1 --stage d
says level-missing
agree --source-date-epoch ignore -o 0,2
verify 1 --stage d
says "wrong-mode: "
agree --invalidation-mode timestamp
verify 1 --invalidation-mode timestamp --clamp-mtime --stage d
says "stale-mtime: "
verify 1 --root d
says "pycsync verify --stage d'"
agree --invalidation-mode timestamp --clamp-mtime
# The times that a package manager or a copy sets are a doubt, which the code settles.
settle
touch -d @1500000000 $SITE/p/b.py
verify 0 --invalidation-mode timestamp --stage d
[ "$(wc -l <out)" = 1 ] || fail "a doubt is left"
verify 0 --root d
says "note stale-ctime"
rewrite $SITE/p/b.py "$(sed 's/none/NONE/' $SITE/p/b.py)"
verify 1 --invalidation-mode timestamp --stage d
says "code-differs: "
agree --prepend-dir /srv --no-reproducible
verify 1 --stage d
says "non-canonical: "
says "found /srv/usr/lib/python3.11/site-packages/p/a.py, expected /usr/lib/python3.11/site-packages/p/a.py"
verify 1 --prepend-dir /opt --stage d
says "expected /opt/usr/lib"
echo 'version: 1
defaults: {optimize: [1], invalidation: unchecked-hash}
staging: {extra: remove}' | policy
agree --policy policy.yaml
# A PATH, as for stage.
stage d
rm "$(pyc $SITE/p/a.py)"
verify 0 --stage d "$SITE/p/b.py" opt
says "2 sources, 4 pycs"
verify 1 --stage d "/${SITE#d/}/p/a.py"
verify 2 --stage d nowhere
# What goes together with it, and what does not.
verify 2 --stage d --root d
verify 2 --stage d --installed x
verify 2 --stage /
verify 2 --stage nowhere
verify 2 -o 1 d
once "verify: --optimize needs --stage DESTDIR"
SOURCE_DATE_EPOCH=x verify 2 --stage d
once "verify: SOURCE_DATE_EPOCH"
# A system's root gets no hint.
stage --source-date-epoch ignore --invalidation-mode checked-hash d
mkdir -p d/var/lib/pycsync
verify 1 --root d
says "wrong-mode: "
grep -q 'verify --stage' out && fail "a hint"
rm -r d/var

# Every finding that stage fixes names it, and is gone after it.
# fault FINDING: seeded in the root, it is found; and what is named fixes it.
fault() {
	verify 1 --stage d
	says "$1: "
	fix=$(sed -n 's/^  fix: //p' out)
	case $fix in
	*"pycsync stage "*"$T/d"*) ;;
	*) fail "fix: $fix" ;;
	esac
	sh -e -c "$fix" >fixed 2>&1 || fail "$fix: $(cat fixed)"
	verify 0 --stage d
	[ "$(wc -l <out)" = 1 ] || fail "$1 is there after: $fix"
}
stage d
p=$(pyc $SITE/p/a.py)
rm "$p"
fault missing
src $SITE/p/a.py 'x = 2'
fault stale-hash
"$PY" -I -m compileall -q -f --invalidation-mode checked-hash d/usr
fault leaking-path
"$PY" -I -m compileall -q -f --invalidation-mode checked-hash -s "$T/d" -p / "$T/d/usr"
fault non-canonical
"$PYCSYNC" stage -q --invalidation-mode timestamp d
fault wrong-mode
fake_pyc $SITE/p/__pycache__/a.cpython-38.pyc
fault extra
fake_pyc $SITE/p/__pycache__/a.cpython-311.opt-7.pyc
fault extra
"$PY" -I -O -m compileall -q -f --invalidation-mode checked-hash d/usr
fault leaking-path
find d -name '*opt-1*' -delete
fake_pyc $SITE/p/__pycache__/a.cpython-39-pytest-5.4.3.pyc
fault unknown-tag
fake_pyc $SITE/p/__pycache__/a.cpython-39-pytest-5.4.3.pyc
mv $SITE/p/__pycache__/a.cpython-39-pytest-5.4.3.pyc $SITE/p/__pycache__/a.cpython-39-pytest-5.4.3.pyc.1234
verify 1 --stage d
says "temporary: "
stage d
verify 0 --stage d
truncate -s -9 "$p"
fault truncated
printf 'xx' | dd of="$p" bs=1 conv=notrunc status=none
fault wrong-magic
mv $SITE/p/c.py .
fault orphan
chmod 600 "$p"
fault wrong-permissions
# What stage leaves where it is goes before it.
rm "$p"
ln -s "nowhere" "$p"
fault no-file
rm "$p"
mkdir -p "$p/x"
fault no-file
rm -r $SITE/p/__pycache__
ln -s nowhere $SITE/p/__pycache__
fault symlinked-cache
# without_stage FINDING [OPTION]...: what is named does not need stage, which does not touch it.
without_stage() {
	code=$1
	shift
	verify 1 "$@" --stage d
	says "$code: "
	fix=$(sed -n 's/^  fix: //p' out)
	sh -e -c "$fix" >fixed 2>&1 || fail "$fix: $(cat fixed)"
	[ ! -s fixed ] || fail "stage ran: $fix"
	verify 0 "$@" --stage d
}
for name in b.cpython-38.pyc odd.pyc b.$TAG.pyc.77 gone.$TAG.pyc b.cpython-39-pytest-5.4.3.pyc; do
	echo "words, and no pyc" >$SITE/p/__pycache__/$name
	case $name in
	b.cpython-38.pyc) without_stage extra ;;
	*.77) without_stage temporary ;;
	gone.*) without_stage orphan ;;
	*) without_stage unknown-tag ;;
	esac
done
echo "words, and no pyc" >$SITE/p/b.pyc
without_stage extra
for extra in keep fail; do
	echo "version: 1
staging: {extra: $extra}" | policy
	fake_pyc $SITE/p/__pycache__/b.other-1.pyc
	without_stage unknown-tag --policy policy.yaml
done
fake_pyc $SITE/p/__pycache__/b.cpython-38.pyc
without_stage extra --policy policy.yaml
# A pyc beside its source goes in stage; a module without one may be right.
cp "$(pyc $SITE/p/b.py)" $SITE/p/b.pyc
fault extra
absent $SITE/p/b.pyc
mv "$(pyc $SITE/p/b.py)" $SITE/p/b.pyc
mv $SITE/p/b.py .
verify 0 --stage d
"$PY" -I -c 'import py_compile, sys; py_compile.compile("b.py", sys.argv[1], dfile=sys.argv[2])' $SITE/p/b.pyc \
	"$T/$SITE/p/b.py"
verify 1 --stage d
says "leaking-path: "
fake_pyc $SITE/p/b.pyc
printf 'U\r\r\n' | dd of=$SITE/p/b.pyc bs=1 conv=notrunc status=none
verify 1 --stage d
says "wrong-magic: "
rm $SITE/p/b.pyc
# A source that stage fails for is told of; where the policy excuses it, it is not.
src $SITE/p/b.py 'x = ('
verify 1 --stage d
says "missing: "
says "fix: repair the source"
echo 'version: 1
defaults: {on-error: warn}' | policy
verify 0 --policy policy.yaml --stage d
src $SITE/p/b.py
stage d
# What the policy excludes is out of date or not all the same.
echo 'version: 1
rules: [{match: "**/p/**", compile: false}]' | policy
verify 0 --policy policy.yaml --stage d
src $SITE/p/b.py 'x = 3'
verify 1 --policy policy.yaml --stage d
says "stale-hash: "
stage --policy policy.yaml d
verify 0 --policy policy.yaml --stage d
stage d
# One that nobody can compile is an error, as it is for stage.
src d/opt/x/lib/python3.77/site-packages/m.py
verify 1 --stage d
says "m.py: there is no interpreter to compile it for"
