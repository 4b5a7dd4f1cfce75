# SPDX-License-Identifier: LGPL-2.1-or-later
# Killed at random instants: never half a pyc, and the next run repairs all and sweeps up.
# slow
. "$LIB/case.sh"

bulk t 12
run 0 t
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	for file in t/*.py; do
		echo "ROUND = $round" >>"$file"
	done
	delay=$(awk -v n="$(od -An -N2 -tu2 /dev/urandom)" 'BEGIN { print n / 65536 * 0.07 }')
	"$PYCSYNC" sync -q --python "$PY" -j 2 t &
	sleep "$delay"
	kill -KILL $! 2>err || :
	wait $! 2>err || :
	check --loads t
	run 0 t
	check t
done
