# SPDX-License-Identifier: LGPL-2.1-or-later
# An interpreter that no usual directory has is not gone because a policy does not name it, or cannot be read: it is
# gone when it is not where it was, or another version is there; and it gets its caches anew when it comes back.
. "$LIB/case.sh"
own_state

home=$(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : '\n' | sed -n 's|/bin/python3\.12$||p' | head -n 1)
[ -n "$home" ] || skip "no other interpreter"
mkdir -p up work opt/py
mount -t overlay -o "lowerdir=/etc,upperdir=$T/up,workdir=$T/work" overlay /etc 2>/dev/null || skip "no overlay"
mount --bind "$home" opt/py
other=$T/opt/py/bin/python3.12
mkdir -p /etc/pycsync/policy.d
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s/t]\n' "$T" >/etc/pycsync/policy.yaml
more=/etc/pycsync/policy.d/more.yaml
name_it() {
	printf 'version: 1\ninterpreters+: [%s]\n' "$other" >$more
}
src t/a.py
theirs=t/__pycache__/a.cpython-312.pyc
try 0 "$PYCSYNC" sync
absent $theirs
# What is new is made, though a file of the policy is passed over.
printf 'version: 1\nbogus: 1\n' >$more
cp /etc/pycsync/policy.yaml before
printf 'version: 1\ninterpreters: ["3.11", %s]\ntrees: [%s/t]\n' "$other" "$T" >/etc/pycsync/policy.yaml
echo /nowhere/x.py | trigger 0 rpm-in
there $theirs
cp before /etc/pycsync/policy.yaml
name_it
try 0 "$PYCSYNC" sync
there $theirs "$(pyc t/a.py)"

# any_trigger: what it lists is nothing.
any_trigger() {
	echo /nowhere/x.py | trigger 0 rpm-in
}
echo 'bogus: 1' >>$more
any_trigger
there $theirs
chmod 666 $more
any_trigger
there $theirs
rm $more
any_trigger
there $theirs
try 0 "$PYCSYNC" sync
there $theirs
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s/t]\n' "$T" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml
there $theirs

# Now it goes, whatever names it; and comes back, though a source is there that root does not read.
for named in no yes; do
	name_it
	echo 'x = 1' >link
	chown $NOBODY link
	ln -sf "$T/link" t/link.py
	try 1 "$PYCSYNC" sync
	there $theirs
	[ $named = yes ] || rm $more
	umount opt/py
	any_trigger
	absent $theirs
	there "$(pyc t/a.py)"
	mount --bind "$home" opt/py
	name_it
	any_trigger
	there $theirs
done
