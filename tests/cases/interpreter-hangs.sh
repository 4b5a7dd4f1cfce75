# SPDX-License-Identifier: LGPL-2.1-or-later
# A trigger waits five seconds for an interpreter that does not start, once, and goes on with the others.
# slow
. "$LIB/case.sh"
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
not_with_asan "the copy has no library of the sanitizer"

mkdir -p py/bin py/lib/python3.11
cp "$static" py/bin/python3.11
ln -s /usr/lib/python3.11/* py/lib/python3.11/
rm py/lib/python3.11/encodings
cp -r /usr/lib/python3.11/encodings py/lib/python3.11/
echo 'import posix; posix.read(0, 1)' >>py/lib/python3.11/encodings/__init__.py
hangs=$T/py/bin/python3.11

# It cannot be asked, and serves nobody; the other one of its version does.
bulk t 3
printf 'version: 1\ninterpreters: [%s, %s]\ntrees: [%s]\n' "$hangs" "$PY" "$T/t" | policy
echo "$T/t/m0.py" | trigger 0 alpm-post --policy policy.yaml --json
once "warning: interpreter $hangs: it does not start within 5 seconds"
[ "$(wc -l <err)" = 1 ] || fail "more than one line"
totals compiled=1
there "$(pyc t/m0.py)"

# Alone: one line, nothing is made, and the transaction goes on.
sed -i "s|, $PY||" policy.yaml
printf '%s\n' "$T"/t/m1.py "$T"/t/m2.py | trigger 0 alpm-post --policy policy.yaml
once "interpreter $hangs: it does not start within 5 seconds"
absent "$(pyc t/m1.py)" "$(pyc t/m2.py)"
