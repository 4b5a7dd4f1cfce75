# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# Words for the cases in which a user attacks what root does with the user's files. Sourced after case.sh.
# A case sets $how, what the attack is called in what is said about it.
#
# Root's program is a copy in bin/, whose worker is held_worker.py: it runs the script "at start" before
# the interpreter is there, "at compile" when the first source was read, and "at result" when the
# first code was handed on. So an attack that needs luck in real life succeeds or fails each time.

need_root
how=
EVE=61111 # who attacks; neither has a name on the system
VIC=62222
PROGRAM=$T/bin/pycsync

mkdir "$T/bin"
cp "$PYCSYNC" bin/pycsync
cp "${PYCSYNC%/*}/pycsync-worker" bin/real-worker
{
	echo "#!$PY -I"
	cat "$LIB/held_worker.py"
} >bin/pycsync-worker
chmod 755 bin/pycsync-worker

# as UID COMMAND...
as() {
	setpriv --reuid="$1" --regid="$1" --clear-groups -- sh -c 'shift; exec "$@"' sh "$@"
}

# own UID PATH...: all that is there goes to that user.
own() {
	own_to=$1
	shift
	chown -Rh "$own_to:$own_to" "$@"
}

# at POINT: stdin becomes the script for "start", "compile" or "result"; it has `as`, and its cwd is $T.
at() {
	rm -f "$T/did-$1"
	{
		echo "set -eu; cd '$T'; EVE=$EVE VIC=$VIC TAG=$TAG"
		sed -n '/^as() {/,/^}/p' "$LIB/attack.sh"
		cat
		echo ": >'$T/did-$1'"
	} >"$T/bin/at-$1"
}

# did POINT...: the attack was carried out, else the case proves nothing.
did() {
	for point in "$@"; do
		[ -e "$T/did-$point" ] || fail "the attack at $point was not carried out: $(cat "$T/bin/log")"
	done
}

# go STATUS HOW PATH: root's run on t/PATH, named in one of three ways: "typed", as a "tree" of the
# policy, or by a "trigger" with a list of its sources; or in a staging root, to "stage".
go() {
	go_status=$1 go_how=$2 go_path=$3
	printf 'version: 1\ntrees: [/%s]\n' "$go_path" >policy.yaml
	case $go_how in
	typed) try "$go_status" "$PROGRAM" sync -j 1 --python "$PY" "t/$go_path" ;;
	tree) try "$go_status" "$PROGRAM" sync -j 1 --root t --policy policy.yaml --python "$PY" ;;
	trigger)
		find -H "t/$go_path" -name '*.py' | sed 's/^t//' >list
		try "$go_status" "$PROGRAM" trigger rpm-in -j 1 --root t --policy policy.yaml --python "$PY" <list
		;;
	stage) try "$go_status" "$PROGRAM" stage -j 1 --python "$PY" t "/$go_path" ;;
	esac
}

# wrong TEXT: noted; the other ways are tried as well. `verdict` ends the case.
bad=0
wrong() {
	echo "wrong: $*"
	bad=1
}

verdict() {
	[ $bad = 0 ] || exit 1
}

# look DIR: all that is in it, but for what a renaming of it changes.
look() {
	(cd "$1" && find . -printf '%p %y %m %U:%G %s %T@ %l\n' -type f -exec md5sum {} + | sort)
}

# same DIR: what `look DIR` said is in the file "before", or else it says what is not.
same() {
	look "$1" >"$T/after"
	cmp -s "$T/before" "$T/after" || wrong "$how: changed in $1: $(diff "$T/before" "$T/after" |
		sed -n 's/^[<>] [^.]*\(\..*\)/\1/p' | cut -d ' ' -f 1-4 | sort -u | tr '\n' ',')"
}

# names LINK OWNER TARGET: exactly one line of the last stderr names the link, and that line says whose it is
# and where it leads.
names() {
	if [ "$(grep -acF -- "$1" "$T/err" || :)" != 1 ]; then
		wrong "$how: $1 is named on $(grep -acF -- "$1" "$T/err" || :) lines of stderr"
	elif ! grep -aF -- "$1" "$T/err" | grep -aF -- "$2" | grep -aqF -- "$3"; then
		wrong "$how: without $2 or $3: $(grep -aF -- "$1" "$T/err")"
	fi
}
