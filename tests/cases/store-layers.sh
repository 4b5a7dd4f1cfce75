# SPDX-License-Identifier: LGPL-2.1-or-later
# The policy's store: made where only the last directory is missing, with others below it that are read and never
# written; bounded, and what was used longest ago goes first.
. "$LIB/case.sh"

for i in 1 2 3 4; do
	src t/m$i.py "x = $i"
done
src root/t/m1.py 'x = 1'
printf 'version: 1\nstore: {path: %s/s, read: [%s/missing, %s/below]}\n' "$T" "$T" "$T" | policy
again() {
	find t root -depth -name __pycache__ -exec rm -r {} +
	run 0 --policy policy.yaml --json "$@"
}
mkdir below
run 0 --store below t/m1.py t/m2.py
snap below >before
again t
totals stored=2 compiled=2
snap below >after
cmp before after || fail "a layer that is only read was written to"
try 0 "$PYCSYNC" store status --policy policy.yaml
says "$T/s: 2 entries, "
says ' of 1073741824 bytes'
says "$T/missing: not used: No such file or directory"
says "$T/below: 2 entries, "
try 0 "$PYCSYNC" store status --policy policy.yaml --json
[ "$(grep -c '"written": false' out)" = 2 ] || fail "JSON: $(cat out)"
again t
totals stored=4 compiled=0
# A layer's directories alone are not enough to make one.
printf 'version: 1\nstore: {path: %s/not/there}\n' "$T" | policy
again t
totals stored=0 compiled=4
absent not
# In a root, the policy's store is inside.
printf 'version: 1\nstore: {path: /s}\n' | policy
again --root root /t
totals stored=0 compiled=1
there root/s
again --root root /t
totals stored=1 compiled=0
# Nothing is made by a look.
rm -r root/s
again --root root --dry-run /t
absent root/s

# With a store, bytes are canonical where nobody says otherwise; and it is said.
printf 'version: 1\nstore: {path: %s/s}\n' "$T" | policy
try 0 "$PYCSYNC" policy explain --python "$PY" --policy policy.yaml t/m1.py
says 'reproducible: true'

# Eviction, by the last use: beyond 1 MiB, down to seven eighths.
"$PY" -I - <<-'END'
	import os
	os.mkdir("big")
	for i in range(9):
	    with open(f"big/b{i:02}.py", "w") as file:
	        file.write(f"x = {chr(97 + i) * 120000!r}\n")
END
entries() {
	find e -type f -path 'e/??/*' ! -name '.*' "$@"
}
printf 'version: 1\nstore: {path: %s/e, size: 1MiB}\n' "$T" | policy
run 0 --policy policy.yaml big/b00.py big/b01.py big/b02.py big/b03.py
entries -exec touch -d '3 days ago' {} +
[ "$(entries | wc -l)" = 4 ] || fail "not one entry a source"
# Each day's first use counts.
rm -r big/__pycache__
run 0 --policy policy.yaml --json big/b03.py
totals stored=1
[ "$(entries -newermt '1 hour ago' | wc -l)" = 1 ] || fail "a use is not noted"
run 0 --policy policy.yaml big/b04.py big/b05.py big/b06.py big/b07.py big/b08.py
[ "$(entries | wc -l)" = 7 ] || fail "it is not bounded"
rm -r big/__pycache__
run 0 --policy policy.yaml --json big/b03.py
totals stored=1
run 0 --policy policy.yaml --json big/b00.py big/b01.py big/b02.py
totals stored=1 compiled=2
# By hand; what a killed run left goes as well, and what one is at stays.
sub=$(entries | head -n 1)
touch "${sub%/*}/.pycsync-0123456789abcdef.tmp"
touch -d '2 hours ago' "${sub%/*}/.pycsync-0123456789abcde0.tmp"
try 0 "$PYCSYNC" store prune --policy policy.yaml --json
"$PY" -I -c 'import json; line = json.load(open("out")); assert line["bytes"] <= 1 << 20 and line["entries"] <= 8'
there e/*/.pycsync-0123456789abcdef.tmp
absent e/*/.pycsync-0123456789abcde0.tmp
