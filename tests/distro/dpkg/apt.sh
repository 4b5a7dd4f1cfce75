#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# apt with a repository: install, upgrade, downgrade, reinstall, replace, remove, autoremove and purge;
# and pycsync itself among them.
. "${0%/*}/../dpkg.sh"
configure
add_tree /opt/app

library dep 1 dep/__init__.py
stage lib-1
module lib/__init__.py 'import dep'
put opt/app/main.py
package lib 1 'Depends: dep'
library lib 2 lib/__init__.py lib/added.py
library old 1 old/__init__.py both.py
stage new-1
module new/__init__.py
module both.py 'value = "new"'
package new 1 'Provides: old' 'Conflicts: old' 'Replaces: old'
library zzz 1 zzz.py

repository /t/lib-1.deb /t/dep-1.deb /t/old-1.deb /t/in/pycsync-1.deb
must apt-get install lib pycsync old
agree
imports lib dep old both
bytecode /opt/app
there opt/app/__pycache__/main.cpython-311.pyc

repository /t/lib-2.deb /t/lib-1.deb /t/dep-1.deb /t/old-1.deb /t/new-1.deb /t/zzz-1.deb /t/in/pycsync-1.deb \
	/t/in/pycsync-2.deb
must apt-get dist-upgrade
agree
imports lib.added
gone opt/app
must apt-get autoremove
agree
must apt-get install new lib=1-1
agree
imports lib dep new both
gone "$site/old"
must apt-get install --reinstall lib
agree
must apt-get install zzz lib-
agree
gone "$site/lib"
must apt-get purge --autoremove dep new
agree
gone "$site/dep" "$site/new"

# With a library that goes at the same time, and one that stays.
must apt-get install lib=1-1 new
agree
must apt-get remove pycsync lib
gone "$site/lib" "$site/__pycache__"
must apt-get install pycsync lib=1-1
agree
imports lib zzz
must apt-get purge pycsync lib zzz new dep
database
gone "$site" var/lib/pycsync
