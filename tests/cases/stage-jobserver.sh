# SPDX-License-Identifier: LGPL-2.1-or-later
# stage is a client of GNU make's jobserver: one worker, and one more for each token, which it gives
# back however it ends.
# slow
. "$LIB/case.sh"

need make
SITE=usr/lib/python3.11/site-packages
bulk d/$SITE 40
mkfifo server
exec 5<>server
# tokens LETTERS: just these are in the server.
tokens() {
	got=$(dd if=server bs=64 count=1 iflag=nonblock 2>/dev/null | fold -w 1 | sort | tr -d '\n') || :
	[ "$got" = "$1" ] || fail "tokens: '$got', not '$1'"
	printf %s "$1" >&5
}
# most COMMAND...: how many workers work at once, at most.
most() {
	rm -rf d/$SITE/__pycache__
	"$@" >out 2>err &
	pid=$!
	top=0
	while kill -0 $pid 2>/dev/null; do
		sleep 0.01
		n=$(pgrep -c -P $pid -x 'py.*[0-9r]' || :)
		[ "$n" -le "$top" ] || top=$n
	done
	wait $pid || fail "status $?"
}
flags() {
	export MAKEFLAGS="$1"
}
stage() {
	"$PYCSYNC" stage --python "$PY" -j 6 d
}
fifo="-j9 --jobserver-auth=fifo:$T/server"
printf abc >&5
flags "$fifo"
most "$PYCSYNC" stage --python "$PY" -j 6 d
[ "$top" = 4 ] || fail "$top workers with three tokens"
tokens abc
most "$PYCSYNC" stage --python "$PY" -j 2 d
[ "$top" = 2 ] || fail "$top workers with -j 2"
tokens abc
# The pipe form; descriptors that are not make's, or no pipe at all, leave one worker.
flags "-j9 --jobserver-auth=5,5"
most "$PYCSYNC" stage --python "$PY" -j 6 d
[ "$top" = 4 ] || fail "$top workers with the pipe"
tokens abc
for auth in 0,0 -2,-2 fifo:/nowhere; do
	flags "-j9 --jobserver-auth=$auth"
	most "$PYCSYNC" stage --python "$PY" -j 6 d
	[ "$top" = 1 ] || fail "$top workers with $auth"
done
check --root d d/usr
# A source that fails, a fault in the arguments, a second run: all are back.
flags "$fifo"
src d/$SITE/bad.py 'x = ('
rm -r d/$SITE/__pycache__
try 1 stage
tokens abc
try 2 "$PYCSYNC" stage --python "$PY" d /nowhere
tokens abc
rm d/$SITE/bad.py
try 0 stage
tokens abc
# Signals, SIGKILL too.
slow_src d/$SITE/slow1.py 30000
cp d/$SITE/slow1.py d/$SITE/slow2.py
cp d/$SITE/slow1.py d/$SITE/slow3.py
for signal in TERM INT QUIT KILL; do
	"$PY" -I -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL); signal.signal(signal.SIGQUIT, signal.SIG_DFL)
import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
os.execv(sys.argv[1], sys.argv[1:])' "$PYCSYNC" stage --python "$PY" -j 6 d >out 2>err &
	pid=$!
	until [ "$(pgrep -c -P $pid -x 'py.*[0-9r]')" = 3 ]; do
		kill -0 $pid || fail "it ended by itself"
		sleep 0.02
	done
	kill -s $signal $pid
	wait $pid || :
	# The keeper of a process that was killed takes a moment.
	sleep 0.2
	tokens abc
done
rm d/$SITE/slow*.py
# The real make: a sub-make's worth of jobs, and all comes to an end.
printf 'all: one two three\none two three:\n\t+"$(PYCSYNC)" stage -q --python "$(PY)" $@\n' >Makefile
printf '.PHONY: one two three\n' >>Makefile
for d in one two three; do
	cp -r d $d
	find $d -name '__pycache__' -exec rm -r {} +
done
unset MAKEFLAGS
for jobs in 1 3; do
	find one two three -name '*.pyc' -delete
	try 0 make -s -j$jobs PYCSYNC="$PYCSYNC" PY="$PY"
	[ ! -s err ] || fail "words"
	check --root one one/usr
	check --root three three/usr
done
