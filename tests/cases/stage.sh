# SPDX-License-Identifier: LGPL-2.1-or-later
# stage: recorded names without DESTDIR, the interpreter by the tree, trees wherever they are.
. "$LIB/case.sh"

stage() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" stage "$@"
}
# holds FILE TEXT: whether a pyc has it somewhere.
holds() {
	grep -aqF -- "$2" "$1"
}
# recorded PYC: the name that it records.
recorded() {
	"$PY" -I -c 'import marshal, sys; print(marshal.loads(open(sys.argv[1], "rb").read()[16:]).co_filename)' "$1"
}
for dir in usr/lib/python3.11/site-packages/m usr/local/lib/python3.11/dist-packages \
	opt/app/venv/lib64/python3.11/site-packages usr/lib/python3/dist-packages; do
	src d/$dir/a.py
done
src d/usr/share/app/private.py
src d/usr/share/doc/x/lib/python3.11/other/b.py
ln -s lib64 d/opt/app/venv/lib
# No PATH: the policy's trees and all site- and dist-packages of some version.
stage 0 d
shared=$("$PYCSYNC" interpreters | grep -c 'cpython-')
says "$((3 + shared)) compiled"
check --root d d/usr/lib d/usr/local d/opt
absent d/usr/share/app/__pycache__ d/usr/share/doc/x/lib/python3.11/other/__pycache__
[ "$(find d -name '.*' | wc -l)" = 0 ] || fail "left something"
absent d/var d/run
if grep -rqaF "$T" d; then
	fail "a build path is in it"
fi
mv d t
unchanged stage 0 t
mv t d
says "0 compiled, $((3 + shared)) fresh"
# PATHs are inside, or begin with DESTDIR in any form; what is not there is an error.
ln -s d link
for path in usr/share/app /usr/share/app/private.py d/usr/share/app "$T/d/usr/share" \
	./d//usr/lib/../share; do
	find d/usr/share -name '*.pyc' -delete
	stage 0 d "$path"
	there "$(pyc d/usr/share/app/private.py)"
done
for path in link/usr/share "$T/link/usr/share/app" "$T/d/usr/share" usr/share; do
	find d/usr/share -name '*.pyc' -delete
	stage 0 link "$path"
	there "$(pyc d/usr/share/app/private.py)"
done
check --root d d/usr/share/app
stage 2 d /usr/share/none
once "pycsync: stage: /usr/share/none: No such file or directory"
stage 2 d "$T/usr/share"
stage 2 nowhere
stage 2
stage 2 /
stage 2 d/usr/share/app/private.py
# strip-dir and prepend-dir, by option and by policy.
stage 0 d --prepend-dir /opt/snap usr/share
[ "$(recorded "$(pyc d/usr/share/app/private.py)")" = /opt/snap/usr/share/app/private.py ] || fail "prepend-dir"
stage 0 d --strip-dir d/usr usr/share
[ "$(recorded "$(pyc d/usr/share/app/private.py)")" = /share/app/private.py ] || fail "strip-dir"
stage 0 d --strip-dir none usr/share
[ "$(recorded "$(pyc d/usr/share/app/private.py)")" = "$T/d/usr/share/app/private.py" ] || fail "none"
printf 'version: 1\nstaging: {strip-dir: %s/d/usr/share, prepend-dir: /srv}\n' "$T" | policy
stage 0 --policy policy.yaml d usr/share
[ "$(recorded "$(pyc d/usr/share/app/private.py)")" = /srv/app/private.py ] || fail "policy"
stage 0 --policy policy.yaml --strip-dir auto --prepend-dir / d usr/share
check --root d d/usr/share/app
stage 1 d --strip-dir d/usr/lib usr/share usr/lib
says "/usr/share/app/private.py: its path does not begin with the strip-dir"
stage 2 d --prepend-dir opt
# Levels, modes and links by option, over the policy's; bad ones are errors.
printf 'version: 1\ndefaults: {optimize: [2], invalidation: unchecked-hash, hardlink-dupes: false}\n' | policy
rm -r d/usr/share/app/__pycache__
src d/usr/share/app/same.py 'x = 1'
stage 0 --policy policy.yaml d usr/share/app
check --root d --levels 2 --mode unchecked-hash d/usr/share/app
stage 0 --policy policy.yaml -o 0,1 --optimize 2 --invalidation-mode timestamp --hardlink-dupes d usr/share/app
check --root d --levels 0,1,2 d/usr/share/app
[ "$(stat -c %i d/usr/share/app/__pycache__/same."$TAG"* | sort -u | wc -l)" = 1 ] || fail "not linked"
for bad in '-o 3' '-o 0,' '-o 01' '-o x' '--invalidation-mode hash' '--source-date-epoch maybe' '--root /'; do
	stage 2 $bad d
done
# What a package will install is no policy for its own build.
mkdir -p d/etc/pycsync
printf 'nonsense' >d/etc/pycsync/policy.yaml
stage 0 d
# A tree for an interpreter that is not there is one error, the rest is compiled.
for name in a b c; do
	src d/opt/x/lib/python3.77/site-packages/p/$name.py
done
src d/usr/lib/python3.11/site-packages/late.py
stage 1 d
once "/opt/x/lib/python3.77: there is no interpreter 3.77 to compile it for (sources: 3)"
there "$(pyc d/usr/lib/python3.11/site-packages/late.py)"
stage 1 d opt/x/lib/python3.77/site-packages/p/a.py
once "no interpreter 3.77"
stage 1 --python "$PY" d opt/x
once "no interpreter 3.77"
stage 2 --python 3.77 d
printf 'version: 1\nrules: [{match: "/opt/x/**", on-error: warn}]\n' | policy
stage 0 --policy policy.yaml d
once "no interpreter 3.77"
printf 'version: 1\nrules: [{match: "/opt/x/**", compile: false}]\n' | policy
stage 0 --policy policy.yaml d
[ ! -s err ] || fail "words"
