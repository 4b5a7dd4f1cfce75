# SPDX-License-Identifier: LGPL-2.1-or-later
# compile makes a level a hard link to the one before only where that is still the pyc that it wrote.
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"
need strace

how="exchanged"
rm -rf t
src t/a.py 'x = 1'
own $EVE t
echo EVIL >evil
own $EVE evil
try 0 strace -o trace -e trace=linkat -e inject=linkat:delay_enter=2000000 \
	"$PYCSYNC" compile -q --python "$PY" -o 0 -o 1 --hardlink-dupes t &
for _ in $(seq 500); do
	[ ! -e "$(pyc t/a.py)" ] || break
	sleep 0.02
done
sleep 0.5
mv evil "$(pyc t/a.py)"
wait $! || fail "$(cat out err)"
grep -q linkat trace || fail "the attack proves nothing"
! grep -q EVIL "$(pyc t/a.py 1)" || wrong "$how: linked what eve put there"
verdict
