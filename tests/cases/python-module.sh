# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync.compileall from Python: what compileall returns, raises, prints and writes, in one process a call.
# slow
. "$LIB/case.sh"

make -s -C "$LIB/../.." install-python DESTDIR="$T/i" PYTHONDIR=/py >/dev/null
cat >both.py <<'END'
import contextlib, io, os, pathlib, re, shutil, subprocess, sys

import compileall as theirs
import pycsync.compileall as ours

starts = []
class Counted(subprocess.Popen):
    def __init__(self, *words, **more):
        starts.append(words)
        super().__init__(*words, **more)
subprocess.Popen = Counted


def tree():
    shutil.rmtree("t", ignore_errors=True)
    os.makedirs("t/p/q")
    for name, text in {"a": "x = 1\n", "bad": "def f(:\n", "p/b": "assert x, 1\n", "p/q/c": "'doc'\n", "-n": ""}.items():
        pathlib.Path(f"t/{name}.py").write_text(text)
        os.utime(f"t/{name}.py", (1600000000, 1600000000))


def attempt(module, name, words, more):
    tree()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            result = getattr(module, name)(*words, **more)
        except ValueError as error:
            result = repr(error)
    files = {path: path.read_bytes() for path in map(pathlib.Path, sorted(map(str, pathlib.Path("t").rglob("*.pyc"))))}
    return result, out.getvalue(), files


def same(name, *words, **more):
    del starts[:]
    wanted, got = (attempt(module, name, words, more) for module in (theirs, ours))
    if wanted != got:
        print(name, words, more, "\nwanted", wanted, "\ngot   ", got)
    if len(starts) != (0 if "Error" in str(got[0]) else 1):
        print(name, words, more, "processes:", len(starts))


class Odd:
    """What has a search method is enough."""
    def search(self, path):
        return "b" in path


same("compile_dir", "t")
same("compile_dir", pathlib.Path("t"), quiet=1, force=True)
same("compile_dir", "t", 0)
same("compile_dir", "t", maxlevels=1, quiet=True)
same("compile_dir", "t", ddir="/x", optimize=[0, 1, 2])
same("compile_dir", "t", stripdir="t", prependdir=pathlib.Path("/y"), quiet=2)
same("compile_dir", "t", rx=re.compile(r"(?i)BAD|p/q"))
same("compile_dir", "t", rx=Odd(), quiet=1)
same("compile_dir", "t", legacy=True, optimize=(2, 1))
same("compile_dir", "t/a.py")
same("compile_dir", "none")
same("compile_dir", "t", ddir="-d")
same("compile_dir", "t", hardlink_dupes=True, optimize=[0, 1])
same("compile_dir", "t", optimize=[])
same("compile_dir", "t", optimize=(), rx=Odd(), maxlevels=1)
same("compile_dir", "t", workers=-1)
same("compile_dir", "t", ddir="x", stripdir="y")
same("compile_dir", "t", ddir="x", prependdir="")
same("compile_file", "t/a.py")
same("compile_file", "t/-n.py", "x")
same("compile_file", "t/bad.py", quiet=1)
same("compile_file", "t/none.py")
same("compile_file", "t")
same("compile_file", "t/a.py", optimize=[])
same("compile_file", "t/a.py", rx=re.compile("a"))
same("compile_file", "t/a.py", ddir="x", stripdir="y")
for mode in theirs.py_compile.PycInvalidationMode:
    same("compile_file", "t/a.py", invalidation_mode=mode)
sys.path[:] = ["", "t/p", "t", ".", "t/p/q"]
same("compile_path")
same("compile_path", quiet=1)
same("compile_path", skip_curdir=0, maxlevels=1)
same("compile_path", 1, 1, True)
same("compile_path", maxlevels=1, optimize=[])

# Any number of workers: all is compiled, and printed as by one.
tree()
one, many = attempt(ours, "compile_dir", ("t",), {}), attempt(ours, "compile_dir", ("t",), {"workers": 0})
if one != many:
    print("workers", one, many)
END
mkdir w
cd w
PYCSYNC_PROGRAM=$PYCSYNC PYTHONPATH=$T/i/py "$PY" -B ../both.py
cd ..

# What a process was told as it started, and a standard output that is closed.
cat >state.py <<'END'
import importlib, os, pathlib, sys
name, call = sys.argv[1:]
for text in call, "long":
    path = pathlib.Path(text + ".py")
    path.write_text("x = a.b(c)\n" if text == call else "x = 1" + 2000 * "0")
    os.utime(path, (1600000000, 1600000000))
if call == "set":
    sys.set_int_max_str_digits(1000)
result = importlib.import_module(name).compile_file(call + ".py", optimize=[0, 2])
if call in ("digits", "set", "plain"):
    result = result, importlib.import_module(name).compile_file("long.py")
with open(name + ".result", "w", encoding="utf-8") as out:
    print(result, file=out)
for pyc in sorted(pathlib.Path("__pycache__").iterdir()):
    with open(name + ".result", "a", encoding="utf-8") as out:
        print(pyc, pyc.read_bytes(), file=out)
    pyc.unlink()
END
# state CALL OPTION...: the same is returned, written and, but where it is closed, printed.
state() {
	call=$1
	shift
	for module in compileall pycsync.compileall; do
		if [ "$call" = closed ]; then
			PYCSYNC_PROGRAM=$PYCSYNC PYTHONPATH=$T/i/py "$PY" -B "$@" state.py $module "$call" >&- || fail "$call"
		else
			PYCSYNC_PROGRAM=$PYCSYNC PYTHONPATH=$T/i/py "$PY" -B "$@" state.py $module "$call" >$module.said || fail "$call"
			cat $module.said >>$module.result
		fi
	done
	cmp compileall.result pycsync.compileall.result || fail "$call: another result"
	cp compileall.result "$call.result"
}
state plain
state columns -X no_debug_ranges
state digits -X int_max_str_digits=640
state set
state closed
grep -q '(True, True)' plain.result || fail "2001 digits are too many"
grep -q '(True, False)' digits.result || fail "2001 digits are not too many"
grep -q '(True, False)' set.result || fail "2001 digits are not too many, as set"

# Without a program there is an error that says so, and PATH is where it is looked for.
mkdir bin
ln -s "$PYCSYNC" bin/pycsync
echo 'x = 1' >a.py
PATH=$T/bin:$PATH PYTHONPATH=$T/i/py "$PY" -B -c 'import pycsync.compileall as c; print(c.compile_file("a.py"))'
PYCSYNC_PROGRAM=/nonexistent PYTHONPATH=$T/i/py "$PY" -B -c 'import pycsync.compileall as c
try:
    c.compile_file("a.py")
except FileNotFoundError:
    print("not found")'
