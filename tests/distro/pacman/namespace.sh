#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Two packages share a namespace directory; one goes, then the other.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

library a 1 space/a.py space/deep/a.py
library b 1 space/b.py space/deep/b.py
install a-1 b-1
agree
imports space.a space.deep.b
remove a
agree
there "$site/space/__pycache__/b.cpython-311.pyc"
gone "$site/space/__pycache__/a.cpython-311.pyc"
imports space.deep.b
remove b
agree
gone "$site/space"
