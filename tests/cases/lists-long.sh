# SPDX-License-Identifier: LGPL-2.1-or-later
# A list of dpkg's or pacman's that is long, or one line, costs no more than to read it once; a signal ends that.
# slow
. "$LIB/case.sh"
need strace
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
strace -o trace true 2>err || skip "strace: $(cat err)"

info=t/var/lib/dpkg/info
mkdir -p $info
# go STATUS [COMMAND...]: a sync of sources that are new, each in a directory of its own.
go() {
	want=$1 got=0
	shift
	src t/usr/d/new.py
	src t/usr/e/own.py
	rm -f "$(pyc t/usr/d/new.py)"
	"$@" timeout 30 "$PYCSYNC" sync --root t --python "$PY" /usr/d/new.py /usr/e/own.py >out 2>err || got=$?
	judge sync
}
# heeded: the one that a package owns is left alone, the other is compiled.
heeded() {
	go 0
	there "$(pyc t/usr/d/new.py)"
	absent "$(pyc t/usr/e/own.py)"
}
# refused WORDS
refused() {
	go 1
	says "$1"
	absent "$(pyc t/usr/d/new.py)"
}

# A line that is too long for a path is passed over, and not what comes before and after it, wherever windows end.
for n in 4000 4095 4096 5000 131000 131071 131072 131073 135168 400000; do
	printf '/usr/e\n/usr/e/%0*d/__pycache__/new.pyc\n/usr/e/__pycache__/own.%s.pyc\n' $n 0 "$TAG" >$info/p.list
	heeded
	printf '/usr/e/__pycache__/own.%s.pyc\n/usr/d/__pycache__/new.%0*d\n' "$TAG" $n 0 >$info/p.list
	heeded
done
# Its end does not count as a line.
printf '%0200000d/usr/d/__pycache__/new.%s.pyc\n/usr/e/__pycache__/own.%s.pyc\n' 0 "$TAG" "$TAG" >$info/p.list
heeded
printf '/usr/e\n%0200000d' 0 >$info/p.list
refused "p.list: it is not whole"
truncate -s 240M $info/p.list
refused "p.list: it is not whole"
truncate -s 20G $info/p.list
refused "p.list: File too large"

# Once a signal came, no window is read any more.
go 143 strace -f -o trace -P "$T/$info/p.list" -e trace=read -e inject=read:signal=TERM:when=2
[ "$(grep -c ' read(' trace)" = 2 ] || fail "$(grep -c ' read(' trace) reads"
once "ended by SIGTERM"
! grep -q "database" err || fail "words: $(cat err)"

# pacman's lists are kept as a whole.
rm -r t/var/lib/dpkg
local=t/var/lib/pacman/local
mkdir -p $local/p-1-1
echo 9 >$local/ALPM_DB_VERSION
printf '%%FILES%%\nusr/e/\n%05000000d\nusr/e/__pycache__/own.%s.pyc\n\n' 0 "$TAG" >$local/p-1-1/files
heeded
truncate -s 60M $local/p-1-1/files
refused "p-1-1: it is not whole"
truncate -s 20G $local/p-1-1/files
refused "p-1-1: File too large"
