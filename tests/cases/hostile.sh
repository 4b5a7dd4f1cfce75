# SPDX-License-Identifier: LGPL-2.1-or-later
# Environment, cwd, locale and umask of the caller have no influence on what is written.
. "$LIB/case.sh"

src t/a.py
src t/latin.py
printf '# coding: latin-1\nx = "\351", {"a", "b", "c", "d"}\n' >t/latin.py
src "t/$(printf '\351\303\251').py" 'x = {"p", "q", "r"}'
run 0 t
check t
mv t/__pycache__ clean
mkdir -p poison/encodings poison/lib home/.local/lib/python3.11/site-packages cwd
trap_code="open('$T/sprung', 'a').write(__file__); raise SystemExit('trap')"
for name in encodings/__init__ encodings/latin_1 site sitecustomize usercustomize os codecs abc io \
	marshal _imp importlib __main__; do
	src poison/$name.py "$trap_code"
done
cp -r poison/. cwd
echo "import os; open('$T/sprung', 'a')" >home/.local/lib/python3.11/site-packages/evil.pth
echo garbage >poison/lib/libpython3.11.so.1.0
cp poison/lib/libpython3.11.so.1.0 cwd
snap cwd poison >before
cd cwd
umask 077
env HOME="$T/home" PYTHONPATH="$T/poison" PYTHONHOME="$T/poison" PYTHONSTARTUP="$T/poison/site.py" \
	LD_LIBRARY_PATH="$T/poison/lib" PYTHONPYCACHEPREFIX="$T/prefix" PYTHONDONTWRITEBYTECODE=1 \
	PYTHONOPTIMIZE=2 PYTHONHASHSEED=7 PYTHONVERBOSE=1 PYTHONWARNINGS=error PYTHONUTF8=0 \
	PYTHONPLATLIBDIR=poison PYTHONCOERCECLOCALE=0 PYTHONIOENCODING=utf-16 PYTHONFAULTHANDLER=1 \
	PYTHONINTMAXSTRDIGITS=640 PYTHONCASEOK=1 PYTHONNODEBUGRANGES=1 PYTHONTRACEMALLOC=9 \
	LC_ALL=C LANG=tr_TR.ISO-8859-9 TZ=:/dev/zero TMPDIR=/nonexistent PATH="$T/cwd" IFS=/ \
	"$PYCSYNC" sync --python "$PY" "$T/t" >"$T/out" 2>"$T/err" || fail "status $?"
umask 022
cd ..
absent sprung prefix
diff -r clean t/__pycache__ || fail "other bytes"
check t
snap cwd poison >after
cmp before after || fail "the traps were compiled: $(diff before after)"
