#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Interpreters are removed. What only they could read goes, whoever wrote it, unless the policy
# keeps it or a package owns it; what is no bytecode stays.
. "${0%/*}/../pacman.sh"
. "${0%/*}/../interpreters.sh"
need_interpreters 3.12 3.13
with_pycsync
mkdir -p /etc/pycsync
echo 'version: 1
keep-caches: [3.12]' >/etc/pycsync/policy.yaml

for v in 3.12 3.13; do
	stage python-$v && interpreter $v && package python$v $v
done
library shared 1 shared.py
stage shipped-1
module shipped.py
mkdir -p "$staged/$site/__pycache__"
# The bytecode of an interpreter that the package was built with.
(cd "$staged" && compile_with 3.13 "$site/shipped.py") || fail "cannot compile"
package shipped 1
without_python 3.12 3.13
install shared-1 shipped-1
install python3.12-3.12 python3.13-3.13
agree "/$site/shared.py"
for v in 3.12 3.13; do
	starts $v
	has_caches $v "/$site/__pycache__"
done
if hooked; then
	# One that Python wrote itself, and something of that name that is none.
	(cd / && PYTHONPATH=/$site /usr/bin/python3.13 -O -c 'import shared')
	echo 'no bytecode' >"/$site/__pycache__/shared.cpython-313.opt-2.pyc"
fi
there "$site/__pycache__/shared.cpython-313.opt-1.pyc"

remove python3.12 python3.13
gone "$site/__pycache__/shared.cpython-313.pyc" "$site/__pycache__/shared.cpython-313.opt-1.pyc" \
	usr/lib/python3.12 usr/lib/python3.13
there "$site/__pycache__/shared.cpython-312.pyc" "$site/__pycache__/shared.cpython-311.pyc" \
	"$site/__pycache__/shipped.cpython-313.pyc" "$site/__pycache__/shared.cpython-313.opt-2.pyc"
intact
