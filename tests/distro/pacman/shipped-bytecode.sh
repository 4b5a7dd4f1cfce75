#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package brings its own bytecode: not a byte of it is touched, even where it looks stale, and
# no transaction of it is refused because of a file that nobody owns.
. "${0%/*}/../pacman.sh"
with_pycsync

# ship NAME VERSION: a package of three modules with bytecode: valid, unchecked, and stale.
ship() {
	stage "$1-$2"
	for m in valid unchecked stale; do
		module "$1/$m.py" "value = '$m of $2'"
	done
	(cd "$staged" && "$python" -I -S - "$site/$1" <<-'EOF'
		import os, py_compile, sys
		mode = py_compile.PycInvalidationMode
		for name in "valid", "unchecked", "stale":
		    path = os.path.join(sys.argv[1], name + ".py")
		    py_compile.compile(path, dfile="/" + path, invalidation_mode=
		        mode.UNCHECKED_HASH if name == "unchecked" else mode.TIMESTAMP)
	EOF
	) || fail "cannot compile"
	echo "value = 'stale of $2, changed since'" >"$staged/$site/$1/stale.py"
	find "$staged" -exec touch -d "@$clock" '{}' +
	touch -d "@$((clock + 60))" "$staged/$site/$1/stale.py"
	package "$1" "$2"
}

# intact NAME VERSION: what is installed is what the package holds.
intact() {
	run_pacman -Qkk "$1"
	grep -q ', 0 altered files' "$log" || fail "altered files"
	diff -r "/t/$1-$2/$site/$1" "/$site/$1" || fail "not what the package brought"
}

ship lib 1
ship lib 2
library other 1 other.py
install lib-1 other-1
intact lib 1
agree
install lib-1
intact lib 1
install lib-2
intact lib 2
install lib-1
intact lib 1
agree
remove lib
gone "$site/lib"
agree
