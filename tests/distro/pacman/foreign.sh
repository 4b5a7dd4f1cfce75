#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What someone put beside the caches is not ours to remove, and is no reason to stop.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

library lib 1 lib/__init__.py lib/mod.py
install lib-1
mkdir -p "/$site/lib/__pycache__"
echo 'my notes' >"/$site/lib/__pycache__/notes.txt"
echo 'no bytecode' >"/$site/lib/__pycache__/mod.cpython-311.opt-2.pyc"
remove lib
there "$site/lib/__pycache__/notes.txt" "$site/lib/__pycache__/mod.cpython-311.opt-2.pyc"
gone "$site/lib/__pycache__/mod.cpython-311.pyc" "$site/lib/__pycache__/__init__.cpython-311.pyc"
rm -r "/${site:?}/lib"

install lib-1
agree
