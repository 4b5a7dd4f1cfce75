# SPDX-License-Identifier: LGPL-2.1-or-later
# What an interpreter is, it says itself: a magic number that is not the one of its version is served.
# slow
. "$LIB/case.sh"
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
not_with_asan "the copy has no library of the sanitizer"

# prefix DIR NAME LINE: the distribution's interpreter in a prefix of its own, which runs the line as it starts.
prefix() {
	mkdir -p "$1/bin" "$1/lib/python3.11"
	cp "$static" "$1/bin/$2"
	ln -s /usr/lib/python3.11/* "$1/lib/python3.11/"
	rm "$1/lib/python3.11/encodings"
	cp -r /usr/lib/python3.11/encodings "$1/lib/python3.11/"
	printf 'import sys; %s\n' "$3" >>"$1/lib/python3.11/encodings/__init__.py"
}
patch='import _frozen_importlib_external as e; e.MAGIC_NUMBER = b"\x0f\x0e\r\n"'
patch="$patch; e._RAW_MAGIC_NUMBER = int.from_bytes(e.MAGIC_NUMBER, \"little\")"
# From 3.14 on, hashes begin with this one.
patch="$patch; e._imp.pyc_magic_number_token = e._RAW_MAGIC_NUMBER"
prefix patched python3.11 "$patch"
patched=$T/patched/bin/python3.11

# takes_its_own PYTHON DIR: the importer takes every pyc there, as it makes none anew.
takes_its_own() {
	snap "$2" >before
	(cd "$2" && "$1" -c 'import a, sys; assert a.__spec__.cached') || fail "$1 cannot import"
	snap "$2" >after
	cmp -s before after || fail "$1 made its own"
}
src t/a.py
for mode in timestamp checked-hash; do
	printf 'version: 1\ndefaults: {invalidation: %s}\n' $mode | policy
	rm -rf t/__pycache__
	try 0 "$PYCSYNC" sync --policy policy.yaml --python "$patched" t
	[ "$(head -c 2 "$(pyc t/a.py)" | od -An -tx1)" = " 0f 0e" ] || fail "not its magic number"
	takes_its_own "$patched" t
	unchanged try 0 "$PYCSYNC" sync --policy policy.yaml --python "$patched" t
done
