#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The caller's environment comes through to hooks: none of it may have an influence.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"

mkdir -p /t/trap/encodings
echo 'raise SystemExit("trapped")' >/t/trap/encodings/__init__.py
cp /t/trap/encodings/__init__.py /t/trap/os.py
cp /t/trap/encodings/__init__.py /t/trap/sitecustomize.py
echo garbage >/t/trap/libpython3.11.so.1.0
export PYTHONPATH=/t/trap PYTHONHOME=/t/trap PYTHONSTARTUP=/t/trap/os.py LD_LIBRARY_PATH=/t/trap
export PYTHONDONTWRITEBYTECODE=1 PYTHONPYCACHEPREFIX=/t/elsewhere PYTHONOPTIMIZE=2
export PYTHONHASHSEED=oops PYTHONWARNINGS=error SOURCE_DATE_EPOCH=315532800 TZ=Mars LANGUAGE=eo
export TMPDIR=/nonexistent HOME=/nonexistent
cd /t/trap || exit 1
umask 077
with_pycsync
library lib 1 lib/__init__.py lib/mod.py
library lib 2 lib/__init__.py lib/mod.py
library other 1 other.py
install lib-1 other-1
agree
install lib-2
agree
gone t/elsewhere
remove lib
agree
gone "$site/lib"
