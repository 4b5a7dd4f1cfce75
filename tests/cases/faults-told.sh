# One call fails, in a run that has other things to tell of, or nothing: it is told of all the same.
# slow
. "$LIB/case.sh"
need strace
need taskset
own_state

export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
cpu=$(taskset -cp $$ | sed "s/.*: //; s/[-,].*//")

# fault STATUS CALL PATTERN ERROR SCENE ARGUMENT...: the first such call whose line has the pattern fails, on what the
# function SCENE makes.
fault() {
	want=$1 call=$2 pattern=$3 error=$4 scene=$5 got=0
	shift 5
	$scene
	taskset -c "$cpu" strace -y -o trace -e trace=$call "$PYCSYNC" "$@" >/dev/null 2>&1 || :
	n=$(grep -v resumed trace | grep -n "$pattern" | head -n 1 | cut -d: -f1)
	[ -n "$n" ] || fail "no such call in $*: $pattern"
	$scene
	taskset -c "$cpu" strace -y -o trace -e trace=$call -e inject=$call:error=$error:when="$n" \
		"$PYCSYNC" "$@" >out 2>err || got=$?
	grep INJECTED trace | grep -q "$pattern" || fail "another call was hit: $(grep INJECTED trace)"
	judge "$*"
}
remade() {
	rm -rf t /var/lib/pycsync
	mkdir /var/lib/pycsync
	printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [{path: %s/t, optimize: [0, 1]}]\n' "$T" | policy
	src t/a.py
	"$PYCSYNC" sync -q --policy policy.yaml
}

# A source that does not compile has its error, and what stayed beside it has its own.
broken() {
	remade
	settle
	echo 'x = = 1' >t/a.py
}
fault 1 unlinkat "a.$TAG.opt-1.pyc" EIO broken sync -j 1 --policy policy.yaml
once "$T/t/a.py:1: SyntaxError"
once "$T/t/a.py: it does not compile, and its old pyc cannot be removed: Input/output error"
fault 1 read "a.$TAG.opt-1.pyc" EIO broken sync -j 1 --policy policy.yaml
once "$T/t/a.py:1: SyntaxError"
once "Input/output error"

# Where a time leaves a doubt about a pyc, its source is read.
doubtful() {
	remade
	settle
	sed 's/none/nine/' t/a.py >new
	rewrite t/a.py "$(cat new)"
}
fault 1 read '/t/a.py>' EIO doubtful verify --policy policy.yaml
says "not-examined"
says "$T/t/a.py: Input/output error"

# A directory of which nobody knows whether it is another name of one that is worked on is left.
named_twice() {
	remade
	ln -sfn t link
	rm -r t/__pycache__
}
for pattern in '/link", .*O_PATH.*NO_SYMLINKS' '/link", .*O_PATH.*RESOLVE_IN_ROOT}' '/t", .*O_PATH.*NO_SYMLINKS'; do
	fault 1 openat2 "$pattern" EIO named_twice sync -j 1 --policy policy.yaml t/a.py link/a.py
	once ": Input/output error"
	says " compiled, 0 fresh, 0 removed, 1 failed"
done

# The executable of an interpreter that cannot be looked at does not count as one that calls its library.
missing() {
	remade
	rm -r t/__pycache__
}
python=$(realpath "$PY")
for error in EIO ESTALE ENOMEM; do
	fault 1 access "$python" $error missing sync -j 1 --policy policy.yaml
	once "$python: "
	fault 0 pread64 "<$python>" $error missing sync -j 1 --policy policy.yaml
	once "$python cannot be read"
	there "$(pyc t/a.py)" "$(pyc t/a.py 1)"
done
fault 0 pread64 "<$python>" EINTR missing sync -j 1 --policy policy.yaml
[ ! -s err ] || fail "words: $(cat err)"

# Where there is no state, locks are below /run.
stateless() {
	remade
	rm -r /var/lib/pycsync
}
fault 0 access '"/run"' EIO stateless sync -j 1 --policy policy.yaml
once "going on without locks"
