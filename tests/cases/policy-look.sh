# SPDX-License-Identifier: LGPL-2.1-or-later
# policy check tells what is read, what looks meant and is not, and what the policy names that is not there.
. "$LIB/case.sh"

etc=root/etc/pycsync
mkdir -p $etc/policy.d root/usr/lib/pycsync/policy.d root/srv/there root/srv/3.11
cat >$etc/policy.yaml <<-'E'
	version: 1
	interpreters: [3.76, 3.77]
	trees:
	  - /srv/there
	  - /srv/none
	  - '/srv/{version}'
	  - {path: '/opt/{version}', interpreters: [3.77, 3.11]}
E
echo 'version: 1' | tee $etc/policy.d/a.yaml $etc/policy.d/x.yml $etc/policy.d/.hidden.yaml $etc/policy.d/README \
	$etc/policy.yml $etc/site.yaml $etc/policy.d/a.yaml~ $etc/policy.yaml.rpmnew $etc/notes \
	root/usr/lib/pycsync/policy.yaml >root/usr/lib/pycsync/policy.d/b.conf
rm -f $etc/policy.d/none.yaml && ln -s /dev/null $etc/policy.d/none.yaml
try 0 "$PYCSYNC" policy check --root root
cat >expected <<-'E'
	read /usr/lib/pycsync/policy.yaml
	read /etc/pycsync/policy.yaml
	read /etc/pycsync/policy.d/a.yaml
E
diff expected out || fail "what is read"
for file in policy.yml site.yaml; do
	once "/etc/pycsync/$file is not read: only policy.yaml and policy.d/*.yaml are read here"
done
once '/etc/pycsync/policy.d/x.yml is not read: its name does not end in .yaml'
once '/etc/pycsync/policy.d/README is not read: '
once '/usr/lib/pycsync/policy.d/b.conf is not read: '
once '/etc/pycsync/policy.d/.hidden.yaml is not read: its name begins with a dot'
[ "$(grep -c 'is not read' err)" = 6 ] || fail "too many"
once "/etc/pycsync/policy.yaml:2:22: the interpreter '3.77' is not there: no Python 3.77 is in the usual directories"
once "/etc/pycsync/policy.yaml:5:5: the tree '/srv/none' is not there"
once "/etc/pycsync/policy.yaml:7:12: the tree '/opt/{version}' is not there"
[ "$(grep -c 'the tree' err)" = 2 ] || fail "trees that are there"
try 0 "$PYCSYNC" policy check -q --root root
[ ! -s out ] && [ ! -s err ] || fail "words with -q"
# sync says it once, whatever trees there are.
printf 'version: 1\ninterpreters: [3.77, 3.11]\n' | policy
src t/a.py
try 0 "$PYCSYNC" sync --policy policy.yaml t
[ "$(grep -c 3.77 err)" = 1 ] || fail "not said once"
there "$(pyc t/a.py)"
# What is ignored is refused.
unchanged try 2 "$PYCSYNC" interpreters x
once "interpreters: unexpected argument 'x'"
unchanged try 2 "$PYCSYNC" clean --all --made t
once 'clean: --all cannot be combined with --made'

# With -v, also what is right, and the vendor's trees.
mkdir -p verbose/etc/pycsync verbose/tree verbose/usr/lib/python3/dist-packages
printf 'version: 1\ninterpreters: [auto, "3.11"]\ntrees+: [/tree, /none]\n' >verbose/etc/pycsync/policy.yaml
try 0 "$PYCSYNC" policy check -v --root verbose
for line in 'read /etc/pycsync/policy.yaml' 'interpreter 3.11: there' 'tree /tree: there' 'tree /none: not there' \
	'tree /usr/lib/python3/dist-packages: there'; do
	grep -qx "$line" out || fail "$line: $(cat out)"
done
try 0 "$PYCSYNC" policy check -v verbose/etc/pycsync/policy.yaml
grep -qx 'verbose/etc/pycsync/policy.yaml: valid' out || fail "a file: $(cat out)"
try 0 "$PYCSYNC" policy check -vq verbose/etc/pycsync/policy.yaml
[ ! -s out ] || fail "-q: $(cat out)"
