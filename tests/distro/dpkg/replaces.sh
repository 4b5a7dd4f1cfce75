#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package takes the place of another: dpkg removes the old one in the middle of the transaction.
# Then files move between two packages that stay.
. "${0%/*}/../dpkg.sh"
with_pycsync

library old 1 lib/__init__.py lib/common.py lib/only_old.py gone.py
stage new-1
module lib/__init__.py 'value = "new"'
module lib/common.py 'value = "new"'
module lib/only_new.py
package new 1 'Provides: old' 'Conflicts: old' 'Replaces: old'

install old-1
agree
must dpkg -i --auto-deconfigure -B /t/new-1.deb
agree
imports lib.common lib.only_new
gone "$site/lib/__pycache__/only_old.cpython-311.pyc" "$site/__pycache__"

library one 1 shared/__init__.py shared/moves.py shared/stays.py
library two 1 two/__init__.py
stage one-2
module shared/__init__.py
module shared/stays.py
package one 2
stage two-2
module two/__init__.py
module shared/moves.py 'value = "moved"'
package two 2 'Replaces: one (<< 2)' 'Breaks: one (<< 2)'

install one-1 two-1
agree
# The one that gets it first: then dpkg forgets that the other one had it.
must dpkg -i --auto-deconfigure /t/two-2.deb /t/one-2.deb
agree
imports shared.moves shared.stays two
must dpkg -i --force-overwrite /t/two-1.deb /t/one-1.deb
agree
imports shared.moves
remove one two
agree
gone "$site/shared" "$site/two"
