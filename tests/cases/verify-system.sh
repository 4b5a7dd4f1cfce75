# SPDX-License-Identifier: LGPL-2.1-or-later
# A copy of this machine's own trees has nothing wrong after a sync, at the levels of a distribution.
. "$LIB/case.sh"
for tree in /usr/lib/python3.11/email /usr/lib/python3.11/asyncio /usr/lib/python3/dist-packages/pkg_resources; do
	[ -d "$tree" ] || continue
	mkdir -p "$T/r${tree%/*}"
	cp -a "$tree" "$T/r$tree"
done
policy <<'END'
version: 1
defaults: {optimize: [0, 1, 2]}
END
run 0 --root "$T/r" --policy "$T/policy.yaml"
try 0 "$PYCSYNC" verify --root "$T/r" --policy "$T/policy.yaml" --python "$PY"
says "nothing wrong"
try 0 "$PYCSYNC" verify --root "$T/r" --policy "$T/policy.yaml" --python "$PY" --deep --fail-on note
says "nothing wrong"

# Staged elsewhere, the path of the staging root leaks.
"$PY" -m compileall -q -f "$T/r/usr/lib/python3.11/email"
try 1 "$PYCSYNC" verify --root "$T/r" --python "$PY" /usr/lib/python3.11/email
says leaking-path
