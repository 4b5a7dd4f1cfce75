# SPDX-License-Identifier: LGPL-2.1-or-later
# What gets hold of a worker finds the interpreter's files and its own map of memory, and nothing else of the system.
. "$LIB/case.sh"

static=$(realpath "$PY")
stdlib=$("$PY" -I -c 'import os; print(os.path.dirname(os.__file__))')
lib=$("$PY" -I -c 'import sysconfig; print(sysconfig.get_config_var("INSTSONAME") or "")')
multiarch=$("$PY" -I -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))')
mkdir -p alone/bin "alone/lib/${stdlib##*/}"
cp "$static" "alone/bin/${stdlib##*/}"
ln -s "$stdlib"/* "alone/lib/${stdlib##*/}"
rm "alone/lib/${stdlib##*/}/encodings"
cp -r "$stdlib/encodings" "alone/lib/${stdlib##*/}/encodings"
rm -rf "alone/lib/${stdlib##*/}/encodings/__pycache__"
cp "$LIB/probe.py" "alone/lib/${stdlib##*/}/encodings/koi8_r.py"

locked=$("$PY" -I -c 'import ctypes; print(ctypes.CDLL(None).syscall(444, 0, 0, 1))') || locked=0

# walls INTERPRETER: what the probe got for all that it tried.
walls() {
	rm -rf t/__pycache__
	src t/probe.py '# coding: koi8-r'
	src t/secret.py
	before=$(snap t/secret.py)
	try 0 "$PYCSYNC" sync --python "$1" t/probe.py
	[ "$(snap t/secret.py)" = "$before" ] || fail "$1: it changed a file"
	"$PY" -I -X utf8 - "$(pyc t/probe.py)" "$locked" "$(id -u)" <<-'END' >found || { cat found && fail "$1"; }
		import errno, marshal, sys
		scope = {}
		exec(marshal.loads(open(sys.argv[1], "rb").read()[16:]), scope)
		found, bad = scope["FOUND"], 0
		assert len(found["found"]) > 30, found
		for name, code in found["found"]:
		    if name == "read /proc/self/maps":  # CPython has the size of its stack from there
		        if code:
		            bad = print(name + ":", errno.errorcode[code]) or 1
		        continue
		    if code not in (errno.EPERM, errno.EACCES, errno.ENOENT):
		        if name.startswith(("read", "list")) and int(sys.argv[2]) < 1:
		            continue  # a kernel without Landlock
		        bad = 1
		        print(name + ":", errno.errorcode.get(code, "done"))
		if sys.argv[3] == "0" and (0 in found["ids"] or 65534 in found["ids"]):
		    bad = print("it is", found["ids"]) or 1
		sys.exit(bad)
	END
}

walls "$T/alone/bin/${stdlib##*/}"
not_with_asan "its own calls are among those that the probe makes"
[ -e "$multiarch/$lib" ] || lib=libpython${stdlib##*python}.so.1.0
[ -e "$multiarch/$lib" ] || skip "no libpython"
cp "$multiarch/$lib" alone/lib
walls "$T/alone/lib/$lib"
[ "$locked" -ge 1 ] || echo "note: this kernel has no Landlock"
