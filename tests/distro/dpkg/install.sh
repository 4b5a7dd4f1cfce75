#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Packages come: with one module, with a tree, with modules of one version; two at once, in two
# steps, and the same ones again over damaged and lost files.
. "${0%/*}/../dpkg.sh"
with_pycsync

library single 1 single.py
library lib 1 lib/__init__.py lib/sub/__init__.py lib/sub/deep.py
stage versioned-1
put "$site311/versioned.py"
package versioned 1

install single-1
agree
! hooked || said 1 "pycsync: $(pycsync interpreters | grep -c cpython-) compiled"
install lib-1 versioned-1
agree
imports single lib.sub.deep
there "$site311/__pycache__/versioned.cpython-311.pyc"

caches >/t/before
install lib-1 single-1
agree
echo 'value = "damaged"' >"/$site/lib/sub/deep.py"
rm -f "/$site/__pycache__/single.cpython-311.pyc"
install lib-1
agree
imports single lib.sub.deep

library two 1 two/__init__.py two/mod.py
must dpkg --unpack /t/two-1.deb
must dpkg --configure two
agree
imports two.mod
