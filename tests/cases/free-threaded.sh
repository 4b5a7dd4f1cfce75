# SPDX-License-Identifier: LGPL-2.1-or-later
# A free-threaded build has the tag and the magic number of the normal one, and a tree of its own: both are
# served; where both could serve one tree, the first compiles. It is known by its own flags, not by its name.
. "$LIB/case.sh"
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
not_with_asan "the copy has no library of the sanitizer"

# prefix DIR NAME: the distribution's interpreter in a prefix of its own, where it says that it is
# free-threaded; under that name.
prefix() {
	mkdir -p "$1/bin" "$1/lib/python3.11"
	cp "$static" "$1/bin/$2"
	ln -s /usr/lib/python3.11/* "$1/lib/python3.11/"
	rm "$1/lib/python3.11/encodings"
	cp -r /usr/lib/python3.11/encodings "$1/lib/python3.11/"
	echo 'import sys; sys.abiflags = "t"' >>"$1/lib/python3.11/encodings/__init__.py"
}
prefix one python3.11t
prefix other python3.11
threads=$T/one/bin/python3.11t

for dir in lib/python3.11 lib/python3.11t shared; do
	src t/$dir/a.py
done
policy <<-END
	version: 1
	interpreters: [$PY, $threads]
	trees: ["$T/t/lib/python{version}", "$T/t/shared"]
END
# served POLICY: who compiles what.
served() {
	find t -name __pycache__ -prune -exec rm -r {} +
	try 0 "$PYCSYNC" sync --policy "$1" --json
	plan
	check t
	unchanged try 0 "$PYCSYNC" sync --policy "$1"
}
served policy.yaml
# The one that is found by another name is the same.
sed "s|$threads|$T/other/bin/python3.11|" policy.yaml >named.yaml
served named.yaml
# Alone, it serves all but the other's tree.
sed "s|$PY, ||" policy.yaml >alone.yaml
mv t/lib/python3.11 away
served alone.yaml
mv away t/lib/python3.11

# A staging root has both trees.
src stage/usr/lib/python3.11/a.py
src stage/usr/lib/python3.11t/a.py
src stage/usr/lib/python3/dist-packages/a.py
sed "/^trees:/d" policy.yaml >stage.yaml
try 0 "$PYCSYNC" stage --policy stage.yaml --json stage
plan
check --root stage stage/usr
try 0 "$PYCSYNC" verify --policy stage.yaml --stage stage

# One that cannot be started has no spare in the other: their trees differ.
find t -name __pycache__ -prune -exec rm -r {} +
rm -r one/lib/python3.11/encodings
try 1 "$PYCSYNC" sync --policy policy.yaml --json
once "$threads: "
totals compiled=2
absent t/lib/python3.11t/__pycache__
