#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Names that a package can have: spaces, quotes, bytes that are no UTF-8, long ones; and links.
. "${0%/*}/../dpkg.sh"
with_pycsync

stage lib-1
module 'a b.py'
module "quo\"te's.py"
module "$(printf 'caf\351.py')"
module "$(printf 'caf\303\251/mod.py')"
module 'back\slash.py'
module '-n.py'
module a.b.py
module a.py
module "long/$(printf '%0200d' 7)/mod.py"
ln -s a.py "$staged/$site/link.py"
ln -s nowhere.py "$staged/$site/dangling.py"
ln -s long "$staged/$site/linkdir"
package lib 1
stage lib-2
module a.py
package lib 2

install lib-1
agree
install lib-2
agree
install lib-1
agree
remove lib
agree
gone "$site"
