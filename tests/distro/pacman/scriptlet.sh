#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The package's own scriptlet imports its modules just before they are removed, when the Pre hook
# is long done, and Python writes new caches: those go, too, and the directories with them.
. "${0%/*}/../pacman.sh"
with_pycsync

write=-B
hooked && write=
stage lib-1
module lib/__init__.py
module lib/sub/deep.py
cat >"$staged/.INSTALL" <<EOF
pre_remove() {
	$python $write -c 'import lib.sub.deep; print("scriptlet was here")'
}
EOF
package lib 1
library stays 1 stays.py

install lib-1 stays-1
agree
remove lib
said 1 'scriptlet was here'
gone "$site/lib"
agree
