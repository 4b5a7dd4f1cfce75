#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package is installed: its modules are compiled, in both kinds of tree, and nothing else is.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

stage lib-1
module lib/__init__.py 'from lib.sub import deep'
module lib/sub/deep.py
module lib/sub/data.txt 'no Python'
module lib/sub/template.py.in 'no Python'
module single.py
module private.py && chmod 0600 "$staged/$site/private.py"
module theirs.py && chown daemon:mail "$staged/$site/theirs.py"
module script.py && chmod 0755 "$staged/$site/script.py"
module locked.py && chmod 0444 "$staged/$site/locked.py"
put "$site311/only311.py"
put usr/share/lib/elsewhere.py
package lib 1

install lib-1
agree
imports lib.sub.deep single
there "$site311/__pycache__/only311.cpython-311.pyc"
gone usr/share/lib/__pycache__
said 0 warning
