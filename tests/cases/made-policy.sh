# SPDX-License-Identifier: LGPL-2.1-or-later
# clean --made needs no policy: what was made goes though the policy is broken, which is said.
. "$LIB/case.sh"

mkdir -p t/var/lib/pycsync t/etc/pycsync
src t/usr/a.py
src t/usr/b.py
run 0 --root t /usr
printf 'version: 1\ndefaults: {optimize: [9\n' >t/etc/pycsync/policy.yaml
# Any other command refuses.
unchanged try 2 "$PYCSYNC" clean --root t /usr
try 0 "$PYCSYNC" clean --made --root t /usr
says 'policy.yaml'
absent t/usr/__pycache__
there t/usr/a.py t/usr/b.py
