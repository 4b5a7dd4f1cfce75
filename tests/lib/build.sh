# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# For the cases that build packages: a real library, built twice under different circumstances.
#
# A case defines build ROOT, which makes a package of lib/ with $PYCSYNC on the PATH, in its own
# directory ROOT, and prints nothing but the package's path.

# shellcheck disable=SC2034 # the cases use it
PACKAGING=$LIB/../../packaging
EPOCH=1600000000
SITE=usr/lib/python3.11/site-packages

# library: lib/ has real modules, some newer than the epoch and some older.
library() {
	mkdir -p lib bin
	for dir in /usr/lib/python3/dist-packages/yaml /usr/lib/python3.11/asyncio; do
		[ ! -d "$dir" ] || cp -rL "$dir" lib
	done
	find lib -name __pycache__ -exec rm -r {} +
	find lib ! -name '*.py' -type f -delete
	[ "$(find lib -name '*.py' | wc -l)" -gt 30 ] || skip "no library to build"
	find lib -exec touch -d "@$1" {} +
	find lib -name '[a-d]*.py' -exec touch -d @1500000000 {} +
	ln -sf "$PYCSYNC" bin/pycsync
}

# staged DEST: the library as an installation of it would be, for whatever umask.
staged() {
	mkdir -p "$1/$SITE"
	cp -r --preserve=timestamps lib/. "$1/$SITE"
	chmod -R u=rwX,go=rX "$1"
}

# twice: on two days, with one and two processes, in different places, locales, time zones and umasks.
twice() {
	library 1700000000
	first=$(umask 022 && LC_ALL=C TZ=UTC JOBS=1 SOURCE_DATE_EPOCH=$EPOCH PATH="$T/bin:$PATH" build "$T/one") ||
		fail "the first build: $first"
	library 1700090000
	second=$(umask 027 && LC_ALL=C.UTF-8 TZ=Asia/Tokyo PYTHONHASHSEED=3 JOBS=2 SOURCE_DATE_EPOCH=$EPOCH \
		PATH="$T/bin:$PATH" build "$T/some/other/place") || fail "the second build: $second"
	alike "$first" "$second" || fail "other packages"
}

# alike PACKAGE PACKAGE: the whole files, unless the case knows better.
alike() {
	cmp "$1" "$2"
}

# right DIR: the first package is right, as verify says; unpacked, the importer takes every pyc, each is right, and no build path is in any.
right() {
	silent verify -v "${first:-$(cat out)}"
	"$PY" -I "$LIB/importer.py" "$1/$SITE" "$T" >imported || fail "$(cat imported)"
	"$PY" -I -O "$LIB/importer.py" "$1/$SITE" "$T" >imported || fail "-O: $(cat imported)"
	shift
	check --levels 0,1 "$@"
}
