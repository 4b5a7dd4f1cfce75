# SPDX-License-Identifier: LGPL-2.1-or-later
# Nothing in a root decides what runs on the host: interpreters that its policy names by path are ignored, which
# is said once. Versions still select among those of the host.
. "$LIB/case.sh"

mkdir -p root/etc/pycsync
src root/t/a.py
src root/u/a.py
cat >root/etc/pycsync/policy.yaml <<-E
	version: 1
	interpreters: [$PY, 3.11]
	trees:
	  - /t
	  - {path: /u, interpreters: [$PY]}
E
try 0,1 "$PYCSYNC" sync --root root
once "/etc/pycsync/policy.yaml:2:16: the interpreter '$PY' is ignored: nothing in a root decides"
once "/etc/pycsync/policy.yaml:5:31: the interpreter '$PY' is ignored"
there "$(pyc root/t/a.py)"
absent root/u/__pycache__
try 0 "$PYCSYNC" policy check --root root
once "/etc/pycsync/policy.yaml:2:16: the interpreter '$PY' is ignored"
# A file of the host, and the command line, may name what they like.
printf 'version: 1\ninterpreters: [%s]\n' "$PY" | policy
rm -r root/t/__pycache__
sed -i 's/, 3.11//' root/etc/pycsync/policy.yaml
try 0,1 "$PYCSYNC" sync --root root --policy policy.yaml
[ "$(grep -c 'is ignored' err)" = 1 ] || fail "not that of the tree alone"
there "$(pyc root/t/a.py)"
rm -r root/t/__pycache__
try 0 "$PYCSYNC" sync --root root --python "$PY"
! grep -q ignored err || fail "said without need"
there "$(pyc root/t/a.py)" "$(pyc root/u/a.py)"
# The policy that is shown is the one that is written there.
try 0 "$PYCSYNC" policy show --root root
grep -qF "\"$PY\"" out || fail "not shown"
