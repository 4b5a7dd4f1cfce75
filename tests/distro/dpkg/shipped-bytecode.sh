#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Packages bring bytecode of their own: not a byte of it is touched, even where it looks stale. One
# that begins to bring it takes over what pycsync made; one that stops is compiled again.
. "${0%/*}/../dpkg.sh"
with_pycsync

# ship NAME VERSION: a package of three modules with bytecode: valid, unchecked, and stale.
ship() {
	stage "$1-$2"
	for m in valid unchecked stale; do
		module "$1/$m.py" "value = '$m of $2'"
	done
	(cd "$staged" && "$python" -I -S - "$site/$1" <<-'END'
		import os, py_compile, sys
		mode = py_compile.PycInvalidationMode
		for name in "valid", "unchecked", "stale":
		    path = os.path.join(sys.argv[1], name + ".py")
		    py_compile.compile(path, dfile="/" + path, invalidation_mode=
		        mode.UNCHECKED_HASH if name == "unchecked" else mode.TIMESTAMP)
	END
	) || fail "cannot compile"
	echo "value = 'stale of $2, changed since'" >"$staged/$site/$1/stale.py"
	find "$staged" -exec touch -d "@$clock" '{}' +
	touch -d "@$((clock + 60))" "$staged/$site/$1/stale.py"
	package "$1" "$2"
}

# intact NAME VERSION: what is installed is what the package holds.
intact() {
	diff -r "/t/$1-$2/$site/$1" "/$site/$1" || fail "not what the package brought"
}

ship lib 1
ship lib 2
library lib 3 lib/valid.py lib/unchecked.py lib/stale.py
library other 1 other.py
install lib-1 other-1
intact lib 1
agree
for v in 1 2 1; do
	install lib-$v
	intact lib $v
	agree
done
install lib-3
agree
imports lib.valid lib.stale
install lib-2
intact lib 2
agree
run dpkg -i /t/in/pycsync-2.deb
intact lib 2
run dpkg -r pycsync
intact lib 2
run dpkg -i /t/in/pycsync-1.deb
remove lib
agree
gone "$site/lib"
