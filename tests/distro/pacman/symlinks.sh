#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sources and directories that are symlinks, dangling ones too; and a __pycache__ that someone has
# made a symlink to elsewhere, where nothing may be written or removed.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

# edition VERSION: all of it with other content under the same time and size.
edition() {
	put usr/share/lib/real.py "value = $1"
	module lib/__init__.py "value = $1"
	module lib/realdir/mod.py "value = $1"
	module trapped/__init__.py "value = $1"
	ln -sf ../../../../share/lib/real.py "$staged/$site/lib/link.py"
	ln -sfn realdir "$staged/$site/lib/linkdir"
	ln -sf nowhere.py "$staged/$site/lib/dangling.py"
	case $0 in
	*/rpm/*) ;; # rpmbuild refuses such links
	*) ln -sf loop.py "$staged/$site/lib/loop.py" ;;
	esac
	touch -h -d "@$clock" "$staged/$site"/lib/*
	package lib "$1"
}

stage lib
edition 1
edition 2
install lib-1
agree
mkdir -p "/$site/trapped/__pycache__"
mv "/$site/trapped/__pycache__" /t/elsewhere
ln -s /t/elsewhere "/$site/trapped/__pycache__"
find /t/elsewhere -printf '%p %i %C@ %s\n' >/t/before
install lib-2
agree "/$site/lib"
gone usr/share/lib/__pycache__
imports lib.realdir.mod lib.linkdir.mod
(cd / && "$python" -B -c 'import lib.link; assert lib.link.value == 2') || fail "the old code was imported"
remove lib
gone "$site/lib"
find /t/elsewhere -printf '%p %i %C@ %s\n' >/t/after
cmp /t/before /t/after || fail "the symlink was followed"
