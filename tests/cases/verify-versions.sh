# SPDX-License-Identifier: LGPL-2.1-or-later
# In a package, a directory that is called after a version is that interpreter's.
. "$LIB/case.sh"
found() {
	sed -n 's|.*"finding": "\([a-z-]*\)".*"path": "/\([^"]*\)".*"interpreter": "\([^"]*\)".*|\1 \2 \3|p' "$T/out" |
		grep -v '^damaged' | sed 's|usr/lib/||' | sort
}
# judge [EXPECTED LINES on stdin]: of a package that has what is in t.
judge_package() {
	find t -exec touch -d @1600000000 {} +
	tar -C t -cf t.tar usr
	"$PYCSYNC" verify --json t.tar >out || :
	found >lines
	diff -u - lines || fail "see above"
	rm -r t
}
# both SOURCE TAG...: a source with pycs that fit.
both() {
	mkdir -p "$(dirname "t/usr/lib/$1")/__pycache__"
	echo 'x = 1' >"t/usr/lib/$1"
	stem=$(basename "$1" .py) dir=$(dirname "t/usr/lib/$1")
	shift
	for tag in "$@"; do
		# It has no code; that it is damaged is left out below.
		"$PY" -I -c 'import sys
magic = {"cpython-39": 3425, "cpython-311": 3495, "cpython-310": 3439}[sys.argv[2]]
open(sys.argv[1], "wb").write(magic.to_bytes(2, "little") + b"\r\n" + bytes(4) +
    (1600000000).to_bytes(4, "little") + (6).to_bytes(4, "little") + b"N")' "$dir/__pycache__/$stem.$tag.pyc" "$tag"
	done
}

# Only bytecode of another: it is misplaced, and its own is missing.
both python3.9/a/base.py cpython-311
both python3.9/a/right.py cpython-39
judge_package <<-'END'
	misplaced python3.9/a/__pycache__/base.cpython-311.pyc 3.11
	missing python3.9/a/base.py 3.9
END

# The same where there is nothing else, and in a place that the policy does not know.
both python3.9/a/base.py cpython-311
both ../../opt/x/lib/python3.9/b.py cpython-311
mkdir -p t/usr/opt && mv t/opt/x t/usr/opt/
judge_package <<-'END'
	misplaced python3.9/a/__pycache__/base.cpython-311.pyc 3.11
	misplaced usr/opt/x/lib/python3.9/__pycache__/b.cpython-311.pyc 3.11
	missing python3.9/a/base.py 3.9
	missing usr/opt/x/lib/python3.9/b.py 3.9
END

# A stray one asks nothing of its neighbours, and its interpreter is asked for nothing elsewhere.
both python3.9/a/one.py cpython-39 cpython-311
both python3.9/a/two.py cpython-39
both python3/dist-packages/three.py cpython-310
judge_package <<-'END'
	misplaced python3.9/a/__pycache__/one.cpython-311.pyc 3.11
	missing python3/dist-packages/three.py 3.9
END
