#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Whatever is wrong with pycsync or its surroundings: no package fails, nothing is read from dpkg's
# standard input, and the next run makes it right.
. "${0%/*}/../dpkg.sh"
with_pycsync

for name in stdin closed hostile policy full; do
	library $name 1 $name.py
done
for v in 1 2; do
	library lib $v lib.py
done

echo rest >/t/input
stdin() {
	dpkg -i /t/stdin-1.deb && dpkg -i /t/in/pycsync-2.deb && cat >/t/rest
}
log=/t/stdin.log
stdin </t/input >$log 2>&1 || fail "dpkg: status $?"
cmp /t/input /t/rest || fail "standard input was read"
agree
dpkg -i /t/closed-1.deb <&- || fail "dpkg without standard input: status $?"
agree

mkdir -p /t/evil
echo 'raise SystemExit("evil was imported")' >/t/evil/sitecustomize.py
cp /t/evil/sitecustomize.py /t/evil/marshal.py
must env PYTHONPATH=/t/evil PYTHONHOME=/t/evil PYTHONDONTWRITEBYTECODE=1 PYTHONOPTIMIZE=2 \
	PYTHONPYCACHEPREFIX=/t/evil LD_LIBRARY_PATH=/t/evil LC_ALL=C TMPDIR=/nowhere \
	dpkg -i /t/hostile-1.deb
agree
imports hostile

if hooked; then
	mkdir -p /etc/pycsync
	echo 'no: [such policy' >/etc/pycsync/policy.yaml
fi
must dpkg -i /t/policy-1.deb
hooked && rm -r /etc/pycsync
agree

# The program cannot be started, or dies.
must dpkg -i /t/lib-1.deb
agree
if hooked; then
	mv /usr/bin/pycsync /t/pycsync
fi
must dpkg -i /t/lib-2.deb
if hooked; then
	# shellcheck disable=SC2016 # for the script
	printf '%s\n' '#!/bin/sh' 'kill -SEGV $$' >/usr/bin/pycsync
	chmod 755 /usr/bin/pycsync
fi
must dpkg -i /t/lib-1.deb
must dpkg -r stdin closed
run dpkg-reconfigure pycsync
if hooked; then
	mv /t/pycsync /usr/bin/pycsync
	dpkg --unpack /t/in/pycsync-1.deb
fi
run dpkg --configure -a
agree
imports lib
