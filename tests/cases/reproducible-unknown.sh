# SPDX-License-Identifier: LGPL-2.1-or-later
# An interpreter whose code has no canonical form that is known: stage says so in one line, and where
# somebody asked for canonical bytes, it is a failure.
. "$LIB/case.sh"

need pypy3
src d/usr/lib/python3/dist-packages/a.py
src d/usr/lib/python3/dist-packages/b.py
stage() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" stage --python pypy3 --python "$PY" "$@" d
}
WORDS="no canonical form of its code is known"
stage 0 -v
once "pycsync: warning: interpreter /usr/bin/pypy3"
once "$WORDS"
stage 0 -v
once "$WORDS"
stage 0 -q
[ ! -s err ] || fail "not quiet"
stage 0 --json
plan >/dev/null
[ "$(grep -c "$WORDS" out)" = 1 ] || fail "not one object"
grep -q '"action": "leave", "path": "/usr/bin/pypy3.*"pyc": null, "interpreter": "pypy3.*"ok": true' out || fail "--json"
stage 0 --no-reproducible
[ ! -s err ] || fail "nobody asked for it"
try 0 "$PYCSYNC" stage --python "$PY" d
[ ! -s err ] || fail "it is not served"
# Asked for, by option or by the policy, here or in a system, it is a failure; all else is done.
rm -r d/usr/lib/python3/dist-packages/__pycache__
stage 1 --reproducible
once "$WORDS"
says "4 compiled"
echo 'version: 1
defaults: {reproducible: true}
trees+: [/t]' | policy
stage 1 --policy policy.yaml
once "$WORDS"
stage 1 --json --policy policy.yaml
plan >/dev/null
grep -q "\"ok\": false, \"error\": \"$WORDS" out || fail "--json"
src t/a.py
try 1 "$PYCSYNC" sync --python pypy3 --policy policy.yaml t
once "$WORDS"
there t/__pycache__/a.pypy*.pyc
try 0 "$PYCSYNC" sync --python "$PY" --policy policy.yaml t
echo 'version: 1
defaults: {reproducible: true}
rules: [{match: "**/dist-packages/**", reproducible: false}]' | policy
stage 0 --policy policy.yaml
[ ! -s err ] || fail "a rule does not excuse it"
# The default where there is a store is nobody's wish.
try 0 "$PYCSYNC" sync --python pypy3 --store "$T/store" t
[ ! -s err ] || fail "words"
