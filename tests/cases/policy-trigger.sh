# SPDX-License-Identifier: LGPL-2.1-or-later
# In a trigger each broken layer is named once, and all that are sound serve.
. "$LIB/case.sh"

src root/usr/lib/python3.11/a.py
src root/usr/lib/python3.11/b.py
mkdir -p root/etc/pycsync/policy.d
printf 'version: 1\ndefaults: {optimise: 1}\n' >root/etc/pycsync/policy.yaml
printf 'version: 1\ndefaults: {optimize: 2}\n' >root/etc/pycsync/policy.d/a.yaml
printf '{' >root/etc/pycsync/policy.d/b.yaml
printf 'version: 1\nrules+: [{match: "**/b.py", compile: false}]\n' >root/etc/pycsync/policy.d/c.yaml
printf 'usr/lib/python3.11/%s.py\n' a b >list
listed root
trigger 0 alpm-post --root root --python "$PY" <list
once '/etc/pycsync/policy.yaml:2:12: unknown key'
once '/etc/pycsync/policy.yaml is passed over'
once '/etc/pycsync/policy.d/b.yaml:2:1: not valid YAML'
once '/etc/pycsync/policy.d/b.yaml is passed over'
[ "$(wc -l <err)" = 4 ] || fail "more than that is said"
there "$(pyc root/usr/lib/python3.11/a.py 2)"
absent "$(pyc root/usr/lib/python3.11/a.py)" "$(pyc root/usr/lib/python3.11/b.py 2)"
# The other trigger of the transaction need not say it again.
trigger 0 alpm-pre --root root <list
[ ! -s err ] || fail "said twice"
absent "$(pyc root/usr/lib/python3.11/a.py 2)"
# At a shell nothing is done.
run 2 --root root
absent root/usr/lib/python3.11/__pycache__
