#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Hooks of others that run Python, in the middle of Arch's own numbers: one imports a module that
# is about to be removed, and writes caches in doing so; one imports what has just been upgraded
# with the same mtime and size, and must get the new code.
. "${0%/*}/../pacman.sh"
with_pycsync

write=-B
hooked && write=
mkdir -p /etc/pacman.d/hooks
for when in Pre Post; do
	cat >/etc/pacman.d/hooks/50-import-$when.hook <<-EOF
		[Trigger]
		Type = Path
		Operation = Upgrade
		Operation = Remove
		Target = $site/lib/*
		[Action]
		When = ${when}Transaction
		Exec = $python $write -c "import lib.mod; print('$when imports', lib.mod.value)"
	EOF
done

stage lib
module lib/__init__.py
module lib/mod.py 'value = 1'
package lib 1
module lib/mod.py 'value = 2'
package lib 2

install lib-1
agree
install lib-2
said 1 'Pre imports 1'
said 1 'Post imports 2'
agree
remove lib
agree
gone "$site/lib"
