# SPDX-License-Identifier: LGPL-2.1-or-later
# The state's own files: nothing is written through other names of them, and what cannot be opened is said in one
# line, with its path; the run goes on. Where there is no state, or it is not this user's, nothing is said.
. "$LIB/case.sh"
need strace
own_state
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

state=/var/lib/pycsync
src t/a.py
# goes_on [TEXT]: the source is compiled, or its cache removed; at most one line is said, with this text.
goes_on() {
	for command in "sync --python $PY" "clean --all"; do
		# shellcheck disable=SC2086
		try 0 "$PYCSYNC" $command t
		one_line "$@"
		says "$([ "$command" = "clean --all" ] && echo 1 removed || echo 1 compiled)"
	done
}
one_line() {
	if [ $# = 0 ]; then
		[ ! -s err ] || fail "words"
	else
		[ "$(wc -l <err)" = 1 ] || fail "not one line: $*"
		once "$1"
	fi
}

goes_on
[ -f $state/lock ] || fail "no lock"
[ ! -s $state/lock ] || fail "something is in the lock"

# What is no file of ours alone.
other=/var/lib/other
echo text >$other
not_ours="warning: $state/lock is not a regular file of this user with one name; going on without locks"
ln -f $other $state/lock
goes_on "$not_ours"
rm $state/lock
mkfifo $state/lock
goes_on "$not_ours"
rm $state/lock
: >$state/lock
chown $NOBODY $state/lock
goes_on "$not_ours"
ln -sf $other $state/lock
goes_on "warning: $state/lock: "
rm $state/lock
mkdir $state/lock
goes_on "warning: $state/lock: "
rmdir $state/lock
run 0 t
ln -f $other $state/memory
settle
src t/a.py 'x = 2'
run 0 t
one_line
[ "$(cat $other)" = text ] || fail "it wrote through another name"
cmp -s $other $state/memory && fail "no memory"
try 0 "$PYCSYNC" clean --made t
says "1 removed"

# failing CALL ERROR PATH [STATUS]: the first such call of that path fails.
failing() {
	got=0 want=${4-0}
	strace -o trace -P "$3" -e trace=$1 -e inject=$1:error=$2:when=1 "$PYCSYNC" clean t >out 2>err || got=$?
	grep -q INJECTED trace || fail "no $1 of $3"
	judge "$*"
}
for error in EIO EMFILE ENFILE ENOMEM EACCES EROFS ELOOP; do
	failing openat $error $state
	one_line "warning: $state/lock: "
	# The kernel's answer to a link is looked at again.
	[ $error = ELOOP ] && continue
	failing openat2 $error $state 1
	one_line "$state cannot be opened"
done
failing openat ENOENT $state
one_line
failing openat2 ENOENT $state
one_line
# A system that is read-only is nothing to tell of. One that can be written, and says so once, is.
mount --bind $state $state
mount -o remount,ro,bind $state
goes_on
umount $state
# What was to be forgotten, and stays, is told of; the rest goes.
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s/t]\n' "$T" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml
cp $state/memory copy
for file in memory made tags lock; do
	cp copy $state/memory
	: >$state/made
	: >$state/tags
	got=0 want=1
	strace -o trace -P $file -e trace=unlinkat -e inject=unlinkat:error=EIO \
		"$PYCSYNC" clean --made --policy policy.yaml >out 2>err || got=$?
	grep -q INJECTED trace || fail "no $file was to go"
	judge "clean --made with a $file that stays"
	once "what is kept in $state cannot be removed"
	[ "$(ls $state)" = $file ] || fail "there are: $(ls $state)"
done
rm -r $state
ln -s nowhere $state
try 0 "$PYCSYNC" clean t
one_line
ln -sfn $state $state
try 1 "$PYCSYNC" clean t
one_line "$state cannot be opened"

# Without a state directory.
rm $state
goes_on
for error in EIO EMFILE EACCES; do
	failing openat $error /run/pycsync
	one_line "warning: /run/pycsync/"
done
rm -r /run/pycsync
mkdir away
ln -s "$T/away" /run/pycsync
goes_on "warning: /run/pycsync/"
[ -z "$(ls away)" ] || fail "it followed a link"
rm /run/pycsync

# An ordinary user has none.
mkdir $state
: >$state/lock
chmod 600 $state/lock
give_away t
as_nobody "$PYCSYNC" sync --python "$PY" t >out 2>err
one_line
chmod 700 $state
as_nobody "$PYCSYNC" clean --all t >out 2>err
one_line
