# SPDX-License-Identifier: LGPL-2.1-or-later
# policy show, loaded again alone, behaves as the layers that it shows.
. "$LIB/case.sh"

for name in a b/c d/skip e/big; do
	src root/t/$name.py
done
head -c 3000 /dev/zero | tr '\0' '#' >>root/t/e/big.py
mkdir -p root/etc/pycsync/policy.d
printf 'version: 1\ndefaults: {optimize: [0, 2]}\ntrees: [/t]\n' >root/etc/pycsync/policy.yaml
cat >root/etc/pycsync/policy.d/a.yaml <<-END
	version: 1
	defaults: {optimize+: 1, invalidation: checked-hash}
	rules+:
	  - {regex: 'sk[i]p', compile: false}
	  - {name: big, size-over: 2KiB, compile: false}
	  - {name: c, match: '/t/*/c.py', optimize: 0}
	interpreters: {use: [3.11], exclude: [3.8]}
	disable-rules: [c]
END
try 0 "$PYCSYNC" policy show --root root
cp out shown.yaml
if grep -vE ' # (merged|(built-in policy|/etc/pycsync/policy(\.d/a)?\.yaml)(:[0-9]+)?)$' shown.yaml; then
	fail "lines without a place"
fi
try 0 "$PYCSYNC" sync --root root --json --dry-run
cp out before
rm -r root/etc
try 0 "$PYCSYNC" sync --root root --json --dry-run --policy shown.yaml
cmp before out || fail "the shown policy is another"
[ "$(grep -c '"action": "compile"' out)" = 6 ] || fail "not 6 to do"
# Once more, it is the same but for the places; as JSON it is a policy as well.
try 0 "$PYCSYNC" policy show --root root --policy shown.yaml
sed 's/ *# .*//' out >again
sed 's/ *# .*//' shown.yaml | cmp - again || fail "shown twice, it is another"
try 0 "$PYCSYNC" policy show --root root --policy shown.yaml --json
"$PY" -I -c 'import json, sys; d = json.load(sys.stdin); json.dump(d["policy"], sys.stdout)
assert d["origins"]["defaults.optimize"].endswith("shown.yaml:6"), d["origins"]' <out >shown.json
try 0 "$PYCSYNC" policy show --root root --policy shown.json
sed 's/ *# .*//' out | cmp - again || fail "shown as JSON, it is another"
# What the command line says is the last layer.
try 0 "$PYCSYNC" policy show --root root --policy shown.yaml --python "$PY"
grep -qE '^interpreters: \["/.*libpython3\.11\.so\.1\.0"\] +# --python' out || fail "--python"
cp out shown.yaml
try 0 "$PYCSYNC" policy show --policy shown.yaml
