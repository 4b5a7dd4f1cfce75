# SPDX-License-Identifier: LGPL-2.1-or-later
# 'clean --made' that does without a policy keeps the record: it does not know all trees.
. "$LIB/case.sh"
own_state
# The vendor's policy serves instead, whose trees are the system's.
mkdir up work
mount -t overlay -o "lowerdir=/usr,upperdir=$T/up,workdir=$T/work" overlay /usr 2>/dev/null || skip "no overlay"

src t/a.py
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s/t]\n' "$T" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml
echo 'version: 2' >broken.yaml
try 0 "$PYCSYNC" clean --made --policy broken.yaml
once "is passed over"
there "$(pyc t/a.py)"
try 0 "$PYCSYNC" clean --made --policy policy.yaml
absent "$(pyc t/a.py)" /var/lib/pycsync/made
