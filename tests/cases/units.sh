# SPDX-License-Identifier: LGPL-2.1-or-later
# The units of systemd are valid, nothing enables them, and what the service runs works with the rights that it has.
. "$LIB/case.sh"
need systemd-analyze
need setpriv
need_root

units=$LIB/../../packaging/systemd
sed "s|@bindir@/pycsync|$PYCSYNC|" "$units/pycsync.service" >pycsync.service
cp "$units/pycsync.timer" .
systemd-analyze verify --man=no ./pycsync.service ./pycsync.timer >verified 2>&1 || fail "$(cat verified)"
! grep -e pycsync verified || fail "systemd has something to say"
caps=$(sed -n 's/^CapabilityBoundingSet=//p' pycsync.service | tr A-Z a-z | sed 's/cap_/+/g; s/ /,/g')
src t/a.py
chown -R 65534:65534 t
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s/t]\n' "$T" | policy
run=$(sed -n "s|^ExecStart=[^ ]*||p" pycsync.service)
[ "$run" = " sync" ] || fail "ExecStart: $run"
try 0 setpriv --bounding-set "-all,$caps" --no-new-privs "$PYCSYNC" sync --policy policy.yaml
check t
[ "$(stat -c %u "$(pyc t/a.py)")" = 65534 ] || fail "not the owner's"
