#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Python 3.11 becomes 3.13, and back, each in one transaction with the libraries that were rebuilt
# for it: the new interpreter finds bytecode for all that is its own, the old one leaves none.
. "${0%/*}/../pacman.sh"
. "${0%/*}/../interpreters.sh"
need_interpreters 3.11 3.13
configure

stage python-3.11 && interpreter 3.11 whole && package python 3.11
stage python-3.13 && interpreter 3.13 whole && package python 3.13
for v in 3.11 3.13; do
	stage rebuilt-$v
	put usr/lib/python$v/site-packages/rebuilt/__init__.py
	put usr/lib/python$v/site-packages/rebuilt/part/mod.py
	package rebuilt $v
done
library shared 1 shared/__init__.py shared/mod.py
stage old-1 && put usr/lib/python3.11/site-packages/old.py && package old 1

without_python
install python-3.11 rebuilt-3.11 shared-1 old-1
starts 3.11
python=/usr/bin/python3.11
run_pacman -U /t/in/pycsync-1.pkg.tar
agree "/$site" /usr/lib/python3.11

python=/usr/bin/python3.13
install python-3.13 rebuilt-3.13
starts 3.13
said 0 warning
agree "/$site" /usr/lib/python3.13
imports shared.mod
no_caches 3.11
gone usr/lib/python3.11/site-packages/rebuilt usr/lib/python3.11/site-packages/__pycache__ \
	usr/lib/python3.11/os.py usr/lib/python3.11/json
there usr/lib/python3.11/site-packages/old.py
intact

python=/usr/bin/python3.11
install python-3.11 rebuilt-3.11
agree "/$site" /usr/lib/python3.11
imports shared.mod
no_caches 3.13
gone usr/lib/python3.13
there usr/lib/python3.11/site-packages/__pycache__/old.cpython-311.pyc
intact
