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

# No call that a run makes is one that the filter denies.
need strace
groups() {
	for word; do
		case $word in
		@*) groups $(systemd-analyze syscall-filter "$word" | sed -n 's/^    \([^#]\)/\1/p') ;;
		*) echo "$word" ;;
		esac
	done
}
groups @default $(sed -n 's/^SystemCallFilter=//p' pycsync.service) | sort -u >allowed
grep -qx openat allowed || fail "systemd names no calls"
echo 'x = 2' >>t/a.py
rm -f "$(pyc t/a.py)"
try 0 strace -f -qq -e signal=none -o trace "$PYCSYNC" sync --policy policy.yaml
sed -n 's/^[0-9]* *\(<... \)\{0,1\}\([a-z_0-9]*\)[( ].*/\2/p' trace | sort -u >made
grep -qx landlock_restrict_self made || fail "no worker was seen"
comm -23 made allowed >denied
[ ! -s denied ] || fail "denied: $(tr '\n' ' ' <denied)"
