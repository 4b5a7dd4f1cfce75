#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What py3compile makes is its packages': 'clean --made', which is run when pycsync is removed, leaves it alone.
. "$LIB/case.sh"
own_state
[ -r /usr/share/python3/debian_defaults ] || skip "no debian_defaults"

export DEBPYTHON3_SUPPORTED=3.11 DEBPYTHON3_DEFAULT=3.11
src t/script.py
src t/stamp.py
src t/ours.py
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s/t]\n' "$T" | policy
try 0 "$PYCSYNC" py3compile t/script.py t/stamp.py
try 0 "$PYCSYNC" sync --policy policy.yaml
says "1 compiled"

# Another time in its header, and a look by another run, do not make it another's.
touch -d '2020-01-01' t/stamp.py
try 0 "$PYCSYNC" py3compile -v t/stamp.py
says "1 restamped"
try 0 "$PYCSYNC" sync --policy policy.yaml
try 0 "$PYCSYNC" clean --made --policy policy.yaml
there "$(pyc t/script.py)" "$(pyc t/stamp.py)"
absent "$(pyc t/ours.py)"

# As long as it is remembered, it is pycsync's in all else: it goes with its source, though nobody looks for an owner.
try 0 "$PYCSYNC" sync --policy policy.yaml
rm t/script.py
try 0 "$PYCSYNC" sync --policy policy.yaml
absent "$(pyc t/script.py)"
