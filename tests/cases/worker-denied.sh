# SPDX-License-Identifier: LGPL-2.1-or-later
# A worker that the system does not give costs its slot, not the run; where none can be had at all,
# that is tried for a moment and said once.
# slow
. "$LIB/case.sh"
need strace
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

bulk t 12
# denied STATUS INJECTION: a run with two slots.
denied() {
	rm -rf t/__pycache__
	want=$1 got=0
	timeout 20 strace -o trace -e trace="${2%%:*}" -e inject="$2" \
		"$PYCSYNC" sync --python "$PY" -j 2 t >out 2>err || got=$?
	grep -q INJECTED trace || fail "no call was hit: $2"
	judge "$2"
}
for call in clone,fork,vfork:error=EAGAIN socketpair:error=EMFILE pipe2:error=ENFILE; do
	for when in 1 2 1..3 2+; do
		denied 0 "$call:when=$when"
		says "12 compiled"
		[ ! -s err ] || fail "words: $(cat err)"
	done
	denied 1 "$call:when=1+"
	once "a worker cannot be started: "
	once "(12 sources)"
	[ "$(wc -l <err)" = 1 ] || fail "more than one line"
	[ "$(grep -c INJECTED trace)" -lt 30 ] || fail "tried for ever"
done
run 0 t
check t
