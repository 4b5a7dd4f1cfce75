# SPDX-License-Identifier: LGPL-2.1-or-later
# Whatever serves an interpreter, its worker has no privileges, no way to write, and no files open.
# slow
. "$LIB/case.sh"

# at_work PID: it has its walls, and was busy for a fifth of a second.
at_work() {
	grep -q '^Seccomp:.*2' "/proc/$1/status" 2>/dev/null &&
		[ "$(cut -d ' ' -f 14 "/proc/$1/stat")" -ge 20 ]
}

# worker PYTHON: what the kernel says of the worker for it, caught at work on a slow source.
worker() {
	rm -rf t/__pycache__
	"$PYCSYNC" sync --python "$1" -j 1 t 2>/dev/null &
	main=$!
	until child=$(pgrep -P $main | head -n 1) && [ -n "$child" ] && at_work "$child"; do
		kill -0 $main 2>/dev/null || fail "no worker was seen for $1"
		sleep 0.05
	done
	cp "/proc/$child/status" status
	for fd in "/proc/$child/fd"/*; do
		readlink "$fd"
	done | sort -u >fds
	tr '\0' '\n' <"/proc/$child/environ" >environment
	kill $main
	wait $main || :
}

mkdir t
slow_src t/slow.py
seen=0
export PYTHONPATH="$T" SECRET=1
for python in "$PY" $(echo "$PYCSYNC_EXTRA_PYTHONS" | tr : '\n') "$(command -v pypy3 || :)"; do
	case $python in
	"" | *python3.[67]) continue ;;
	esac
	seen=$((seen + 1))
	worker "$python"
	grep -qx 'NoNewPrivs:	1' status || fail "$python may gain privileges"
	# A shield may be left: CAP_WAKE_ALARM or CAP_NET_BIND_SERVICE. And reading, where that needs it.
	reading=4
	if ! is_root || as_nobody test -r "$(realpath "$python")"; then
		reading=0
	fi
	for set in Inh Prm Eff; do
		grep -qE "^Cap$set:	0000000[08]00000[04]0[0$reading]\$" status ||
			fail "$python has capabilities: $(grep "^Cap$set" status)"
	done
	if is_root && grep -qE "^[UG]id:.*	(0|$NOBODY)\$" status; then
		fail "$python is root or nobody"
	fi
	# The socket, perhaps by many numbers so that none is left, and /dev/null.
	[ "$(sed "s,^socket:.*,socket," fds | tr "\n" " ")" = "/dev/null socket " ] ||
		fail "$python has files open: $(tr '\n' ' ' <fds)"
	if grep -q 'PYTHONPATH\|SECRET' environment; then
		fail "$python has our environment"
	fi
done
echo "$seen kinds of worker"
