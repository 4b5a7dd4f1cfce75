# SPDX-License-Identifier: LGPL-2.1-or-later
# An interpreter that cannot be started costs one line, with the loader's own words, however many
# sources there are; another one of that version takes its place.
. "$LIB/case.sh"
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
not_with_asan "the copy has no library of the sanitizer"

mkdir -p py/bin
"$PY" -I - "$static" py/bin/python3.11 <<-'END'
	import sys
	with open(sys.argv[1], "rb") as good, open(sys.argv[2], "wb") as bad:
	    bad.write(good.read().replace(b"libm.so.6\0", b"libQ.so.6\0"))
END
chmod +x py/bin/python3.11
bulk t 20
broken=$T/py/bin/python3.11
for jobs in 1 4; do
	try 1 "$PYCSYNC" sync --python "$broken" -j $jobs t
	once "interpreter $broken: its worker died while it started: $broken: error while loading shared libraries: libQ.so.6"
	once "(20 sources)"
	[ "$(wc -l <err)" = 1 ] || fail "more than one line"
	says "20 failed"
done
try 1 "$PYCSYNC" sync --python "$broken" --json t
totals compiled=0 failed=20
try 1 "$PYCSYNC" compile --python "$broken" -q t
[ "$(wc -l <err)$(wc -l <out)" = 10 ] || fail "more than one line"
once libQ.so.6
[ ! -e t/__pycache__ ] || fail "something was made: $(ls t/__pycache__)"

# The next one of that version, without a word of failure.
printf 'version: 1\ninterpreters: [%s, %s]\n' "$broken" "$PY" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml --json t
totals compiled=20 failed=0
once "warning: interpreter $broken: "
[ "$(wc -l <err)" = 1 ] || fail "more than one line"
check t
try 0 "$PYCSYNC" sync --policy policy.yaml --json t
totals compiled=0 fresh=20

# One that has to be asked for its magic number first.
rm -r t/__pycache__
cp "$broken" py/bin/python3.16
printf 'version: 1\ninterpreters: [%s, %s]\n' "$T/py/bin/python3.16" "$PY" | policy
try 1 "$PYCSYNC" sync --policy policy.yaml --json t
totals compiled=20 failed=0
once libQ.so.6
[ "$(wc -l <err)" = 1 ] || fail "more than one line"

# A worker that is not there, or cannot be executed, is named.
rm -r t/__pycache__
cp "$PYCSYNC" alone
if [ ! -e /usr/lib/pycsync/pycsync-worker ] && [ ! -e /usr/local/lib/pycsync/pycsync-worker ]; then
	try 1 "$T/alone" sync --python "$PY" t
	once "/lib/pycsync/pycsync-worker: No such file or directory (20 sources)"
	[ "$(wc -l <err)" = 1 ] || fail "more than one line"
fi
echo >pycsync-worker
try 1 "$T/alone" sync --python "$PY" t
once "$T/pycsync-worker: Permission denied (20 sources)"
