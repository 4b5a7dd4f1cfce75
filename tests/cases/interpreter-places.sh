# SPDX-License-Identifier: LGPL-2.1-or-later
# Interpreters in odd places: served, or refused in one line, and "interpreters" says which, how, and for which trees.
# slow
. "$LIB/case.sh"
static=$(realpath "$PY")
[ "$(stat -c %s "$static")" -gt 1000000 ] || skip "$static is not static"
library=$("$PYCSYNC" interpreters --json | sed -n 's/.*"cpython-311".*"libpython": "\([^"]*\)".*/\1/p')
[ -f "$library" ] || skip "no shared libpython"
not_with_asan "the copy has no library of the sanitizer"
src t/a.py

# told PYTHON KEY: what interpreters --json says of the one that is named.
told() {
	try 0 "$PYCSYNC" interpreters --json --python "$1"
	"$PY" -I - out "$2" "$3" <<-'END' || fail "$1: $2"
		import json, sys
		with open(sys.argv[1], encoding="utf-8") as lines:
		    found = [json.loads(line) for line in lines]
		(one,) = [entry for entry in found if entry["executable"] == sys.argv[3]]
		print(one[sys.argv[2]])
	END
}
# serves PYTHON WORKER EXECUTABLE: it compiles, by its own executable or by its libpython.
serves() {
	rm -rf t/__pycache__
	try 0 "$PYCSYNC" sync --python "$1" --json t
	totals compiled=1
	check t
	[ "$(told "$1" worker "$3")" = "$2" ] || fail "$1: not by its $2"
}
# refuses PYTHON TEXT: on one line, which names it; nothing is compiled.
refuses() {
	rm -rf t/__pycache__
	try 1,2 "$PYCSYNC" sync --python "$1" t
	once "$2"
	once "interpreter $1"
	[ "$(wc -l <err)" = 1 ] || fail "more than one line"
	absent t/__pycache__
}

# A conda prefix: an executable that holds all, a library beside it, and a name without a version.
mkdir -p conda/bin conda/lib standalone/bin standalone/lib
cp "$static" conda/bin/python3.11
ln -s python3.11 conda/bin/python
cp "$library" conda/lib/
ln -s /usr/lib/python3.11 conda/lib/
for name in python3.11 python; do
	serves "$T/conda/bin/$name" executable "$T/conda/bin/python3.11"
done
# A standalone build, as in /opt/py: a small executable that calls the library of its prefix.
cp /bin/true standalone/bin/python3.11
cp "$library" standalone/lib/
ln -s /usr/lib/python3.11 standalone/lib/
serves "$T/standalone/bin/python3.11" libpython "$T/standalone/bin/python3.11"
serves "$T/standalone/lib/libpython3.11.so.1.0" libpython "$T/standalone/bin/python3.11"

# Virtual environments: of links, of copies, and one in which only the short name is a copy's.
base=$T/standalone/bin/python3.11
mkdir -p links/bin copies/bin
ln -s "$base" links/bin/python3.11
ln -s python3.11 links/bin/python3
cp "$base" copies/bin/python3.11
printf 'home=/nowhere\ninclude-system-site-packages = false\n HOME = %s \r\nversion = 3.11.2' "$T/standalone/bin" \
	>copies/pyvenv.cfg
for python in links/bin/python3.11 links/bin/python3 copies/bin/python3.11; do
	serves "$T/$python" libpython "$base"
done
# Where the home has no file of that name, the one that it was made with, and that of its version, serve.
cp copies/bin/python3.11 copies/bin/python
missing="the $T/standalone/bin/python of its pyvenv.cfg: No such file or directory"
serves "$T/copies/bin/python" libpython "$base"
# tells LINE...: what the file has beside its home.
tells() {
	printf '%s\n' "home = $T/standalone/bin" "$@" >copies/pyvenv.cfg
}
mkdir -p copy/bin
cp "$base" copy/bin/python3.11
cp copies/pyvenv.cfg copy/
tells 'version = 3.12.1' "executable = $T/conda/bin/python3.11"
serves "$T/copies/bin/python" executable "$T/conda/bin/python3.11"
for executable in /nowhere/python3.11 python3.11 "$T/copy/bin/python3.11"; do
	tells 'version = 3.11.2' "executable = $executable"
	serves "$T/copies/bin/python" libpython "$base"
done
tells 'version_info = 3.11.2.final.0'
serves "$T/copies/bin/python" libpython "$base"
for version in 3.12.1 3.1 4.11 3. ''; do
	tells "version = $version"
	refuses "$T/copies/bin/python" "$missing"
done
ln -s python3.11 standalone/bin/python3
tells 'version = 3.12.1' # as one of PyPy beside another python3
refuses "$T/copies/bin/python" "$missing"
tells
serves "$T/copies/bin/python" libpython "$base"
rm standalone/bin/python3
echo 'home = /nowhere/bin' >copies/bin/pyvenv.cfg
refuses "$T/copies/bin/python3.11" "the /nowhere/bin/python3.11 of its pyvenv.cfg: No such file or directory"
mv copies/bin/pyvenv.cfg other.cfg
ln -s "$T/other.cfg" copies/bin/pyvenv.cfg
rm copies/pyvenv.cfg
cp "$static" copies/bin/python3.11
serves "$T/copies/bin/python3.11" executable "$T/copies/bin/python3.11"

# A shim of pyenv, or any script: what it would run depends on more than its name.
mkdir shims
printf '#!/usr/bin/env bash\nset -e\nexec "/opt/pyenv/libexec/pyenv" exec "${0##*/}" "$@"\n' >shims/python3.11
chmod +x shims/python3.11
refuses "$T/shims/python3.11" "it is a script: name the interpreter that it runs"
: >shims/python3.12
refuses "$T/shims/python3.12" "it is not a program"

# One without its standard library, and one for another processor: by executable and by library.
mkdir -p bare/bin bare/lib/python3.11 foreign/bin foreign/lib
cp "$static" bare/bin/python3.11
: >bare/lib/python3.11/os.py
# Each version has its own words for it.
bare=$("$T/bare/bin/python3.11" -I -c pass 2>&1 | sed -n 's/^Fatal Python error: \([a-z_]*: \)\?//p')
[ "$bare" ] || fail "it starts without a standard library"
refuses "$T/bare/bin/python3.11" "$bare"
cp "$static" foreign/bin/python3.11
printf '\123' | dd of=foreign/bin/python3.11 bs=1 seek=18 conv=notrunc 2>dd
refuses "$T/foreign/bin/python3.11" "Exec format error"
[ "$(told "$T/foreign/bin/python3.11" use "$T/foreign/bin/python3.11")" = refused ] || fail "not refused"
try 0 "$PYCSYNC" interpreters --python "$T/foreign/bin/python3.11"
grep -F "$T/foreign/bin/python3.11: its executable cannot be started: Exec format error" out >/dev/null || fail "not listed"
cp "$library" foreign/lib/libpython3.11.so.1.0
printf '\123' | dd of=foreign/lib/libpython3.11.so.1.0 bs=1 seek=18 conv=notrunc 2>dd
try 1 "$PYCSYNC" sync --python "$T/foreign/lib/libpython3.11.so.1.0" t
once "libpython3.11.so.1.0: cannot open shared object file"
absent t/__pycache__
rm -r foreign/lib

# Which trees are whose, by the policy: of two of a version, the first.
mkdir -p t/3.11 t/3.12
policy <<-END
	version: 1
	interpreters: [$base, $T/conda/bin/python, $T/foreign/bin/python3.11]
	trees:
	  - $T/t/{version}
	  - {path: $T/shims, interpreters: [$T/conda/bin/python]}
	  - $T/gone
END
try 0 "$PYCSYNC" interpreters --policy policy.yaml
grep -A 2 "^3.11.* $T/standalone/lib/libpython3.11.so.1.0: its library serves" out >lines || fail "not served"
grep -q "^ *$T/t/3.11$" lines || fail "not its tree"
grep -q "^ *$T/shims$" lines || fail "not a tree of another one of its version"
grep -q "^3.11.* $T/conda/bin/python3.11: another one of its version serves" out || fail "no spare"
[ "$(grep -c "^ " out)" = 2 ] || fail "more than two trees"
try 0 "$PYCSYNC" interpreters --policy policy.yaml --json
"$PY" -I - out "$T" <<-'END' || fail "--json"
	import json, sys
	with open(sys.argv[1], encoding="utf-8") as lines:
	    found = [json.loads(line) for line in lines]
	t = sys.argv[2]
	by = {entry["executable"]: entry for entry in found}
	base, spare, bad = (by[f"{t}/{p}/bin/python3.11"] for p in ("standalone", "conda", "foreign"))
	assert (base["use"], base["trees"]) == ("serves", [f"{t}/t/3.11", f"{t}/shims"]), base
	assert (spare["use"], spare["trees"]) == ("spare", []), spare
	assert (bad["use"], bad["ok"]) == ("refused", False) and "Exec format error" in bad["reason"], bad
	for path, entry in by.items():
	    if not path.startswith(t):
	        assert entry["use"] in ("spare", "unused", "refused"), entry
END

# A script in a usual directory is listed, and nobody's business otherwise.
is_root && unshare --mount true 2>/dev/null || exit 0
[ -d /usr/local/bin ] || exit 0
# shellcheck disable=SC2016 # the inner shell's
unshare --mount sh -ec 'mount -t tmpfs pycsync /usr/local/bin
	cp "$1/shims/python3.11" /usr/local/bin/python3.12
	chmod 755 /usr/local/bin
	"$2" interpreters >out
	"$2" sync "$1/t" 2>err' sh "$T" "$PYCSYNC" || fail "a script in /usr/local/bin"
grep -q " /usr/local/bin/python3.12: it is a script: name the interpreter that it runs" out || fail "not listed"
[ ! -s err ] || fail "said"
