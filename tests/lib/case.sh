# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# Helpers for the cases; the first line of each case sources this file.
#
# The runner sets $T (a fresh directory, also the cwd), $LIB (this directory), $PYCSYNC (the binary
# under test), $PY (the interpreter to compile for) and $PYCSYNC_EXTRA_PYTHONS.

set -eu

TAG=cpython-311
NOBODY=65534

fail() {
	echo "FAIL: $*"
	for stream in out err; do
		if [ -s "$T/$stream" ]; then
			head -n 20 "$T/$stream" | cut -c 1-300 | sed "s/^/    $stream: /"
		fi
	done
	exit 1
}

# skip REASON: end the case without a verdict.
skip() {
	echo "$*"
	exit 77
}

# need COMMAND: skip the case where the command is not installed.
need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# need_64_bits: skip the case where the calls that it looks for have other names.
need_64_bits() {
	[ "$(getconf LONG_BIT)" = 64 ] || skip "looks for calls by the names that they have with 64 bits"
}

is_root() {
	[ "$(id -u)" = 0 ]
}

need_root() {
	is_root || skip "needs root"
}

# own_state: go on in a mount namespace of its own, where /var/lib has nothing but the empty directory
# that pycsync keeps its state in.
own_state() {
	need_root
	if [ -z "${OWN_STATE-}" ]; then
		unshare --mount --propagation private true 2>/dev/null || skip "no mount namespace"
		OWN_STATE=1 exec unshare --mount --propagation private /bin/sh "$0"
	fi
	mount -t tmpfs pycsync /var/lib
	mkdir /var/lib/pycsync
}

# as_nobody COMMAND...: as an ordinary user, which the caller may already be.
as_nobody() {
	if is_root; then
		setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups "$@"
	else
		"$@"
	fi
}

# give_away PATH...: to the user of as_nobody; skips where that one cannot reach the binary.
give_away() {
	if is_root; then
		as_nobody test -x "$PYCSYNC" || skip "an ordinary user cannot reach $PYCSYNC"
		chown -Rh $NOBODY:$NOBODY "$@"
	fi
}

# not_with_asan REASON: the sanitizer cannot live with what the case does.
not_with_asan() {
	! grep -q __asan_init "$PYCSYNC" || skip "a build with a sanitizer: $*"
}

# try STATUS[,STATUS] COMMAND...: stdout goes to $T/out, stderr to $T/err; insists on the status,
# and that no sanitizer spoke.
try() {
	want=$1
	shift
	got=0
	"$@" >"$T/out" 2>"$T/err" || got=$?
	judge "$@"
}

# judge COMMAND...: the second half of try, for what has set $want and $got itself.
judge() {
	if grep -aqE 'Sanitizer|runtime error:' "$T/err"; then
		fail "a sanitizer spoke: $*"
	fi
	case ",$want," in
	*",$got,"*) ;;
	*) fail "status $got instead of $want: $*" ;;
	esac
}

# run STATUS[,STATUS] ARGUMENT...: pycsync sync for one interpreter.
run() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" sync --python "$PY" "$@"
}

# trigger STATUS NAME ARGUMENT...: pycsync trigger, with the list on stdin.
trigger() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" trigger "$@"
}

# listed ROOT: a package in there owns what is in the file list. The database is dpkg's, whatever the trigger:
# no library is needed to read it.
listed() {
	mkdir -p "$1/etc/dpkg" "$1/db/info"
	echo admindir=/db >"$1/etc/dpkg/dpkg.cfg"
	sed 's|^/*|/|' "$T/list" >"$1/db/info/listed.list"
}

# src FILE [LINE...]: a source of these lines, or of a few that every level compiles differently.
src() {
	file=$1
	shift
	mkdir -p "$(dirname "$file")"
	if [ $# = 0 ]; then
		set -- '"""Module."""' 'import os' 'def f(a, *b, c={1, 2, 3}):' '    """Function."""' \
			'    assert a, "none"' '    return a in {"x", "y", "z"}, [b for b in c], os'
	fi
	printf '%s\n' "$@" >"$file"
}

# bulk DIR COUNT [TEXT]: that many sources, each of some milliseconds.
bulk() {
	"$PY" -I - "$@" <<-'END'
		import os, sys
		where, count, text = sys.argv[1], int(sys.argv[2]), (sys.argv + ["x"])[3]
		os.makedirs(where, exist_ok=True)
		for i in range(count):
		    with open(f"{where}/m{i}.py", "w") as source:
		        source.write(f"TEXT = {text!r}, {i}\n")
		        for j in range(40):
		            source.write(f"def f{j}(a, b=({j}, 'b')):\n    return [x for x in a if x != b]\n")
	END
}

# slow_src FILE [COUNT]: constants whose hashes all collide: 60000 compile for half a minute, in
# little memory; the time grows with the square.
slow_src() {
	"$PY" -I - "$@" <<-'END'
		import sys
		count = int((sys.argv + ["60000"])[2])
		with open(sys.argv[1], "w") as source:
		    source.write("x = [\n")
		    source.writelines(f"{i * sys.hash_info.modulus},\n" for i in range(1, count))
		    source.write("]\n")
	END
}

# pyc SOURCE [LEVEL]: its cache's path.
pyc() {
	stem=${1##*/}
	echo "${1%/*}/__pycache__/${stem%.py}.$TAG${2:+.opt-$2}.pyc"
}

# fake_pyc FILE: something that starts like a pyc of its tag and unmarshals.
fake_pyc() {
	mkdir -p "$(dirname "$1")"
	case $1 in
	*.cpython-38.*) printf 'U' ;;
	*.cpython-312.*) printf '\313' ;;
	*) printf '\247' ;;
	esac >"$1"
	printf '\r\r\n\0\0\0\0\1\2\3\4\5\0\0\0N' >>"$1"
}

# policy: stdin becomes $T/policy.yaml.
policy() {
	cat >"$T/policy.yaml"
}

# rpm_options: what rpm needs to install the unsigned packages of a test: from version 6 on to be told
# not to ask for signatures, and Debian's before that, that it may.
rpm_options() {
	echo --nosignature
	! rpm --force-debian --version >/dev/null 2>&1 || echo --force-debian
}

# settle: file times are as coarse as the clock tick; let one pass before a file is changed.
settle() {
	sleep 0.02
}

# rewrite FILE LINE...: new content in place, mtime as before.
rewrite() {
	touch -r "$1" "$T/mtime"
	settle
	file=$1
	shift
	printf '%s\n' "$@" >"$file"
	touch -r "$T/mtime" "$file"
}

# check [OPTION]... DIR...: every cache below is right; see pyccheck.py.
check() {
	"$PY" -I -X utf8 -W ignore "$LIB/pyccheck.py" "$@" >"$T/check" 2>&1 ||
		{ cat "$T/check" && fail "pyccheck $*"; }
}

# snap DIR...: all that stat tells of a tree.
snap() {
	find "$@" -printf '%p %y %m %U:%G %s %i %T@ %C@ %l\n' | sort
}

# unchanged COMMAND...: it leaves everything below $T/t as it is.
unchanged() {
	snap "$T/t" >"$T/before"
	"$@"
	snap "$T/t" >"$T/after"
	cmp -s "$T/before" "$T/after" || fail "changed: $(diff "$T/before" "$T/after")"
}

# there FILE..., absent FILE...: symlinks count as there.
there() {
	for file in "$@"; do
		[ -e "$file" ] || [ -h "$file" ] || fail "is not there: $file"
	done
}

absent() {
	for file in "$@"; do
		if [ -e "$file" ] || [ -h "$file" ]; then
			fail "is there: $file"
		fi
	done
}

# once TEXT: on exactly one line of the last stderr.
once() {
	lines=$(grep -acF -- "$1" "$T/err" || :)
	[ "$lines" = 1 ] || fail "on $lines lines of stderr: $1"
}

# says TEXT: somewhere in the last output, on either stream.
says() {
	grep -aqF -- "$1" "$T/out" "$T/err" || fail "not said: $1"
}

# silent COMMAND...: nothing is wrong, and there is nothing to note.
silent() {
	try 0 "$PYCSYNC" "$@"
	says "nothing wrong"
	[ "$(wc -l <out)" = 1 ] || fail "said more: $*"
}

# holds PID FILE: that process has a lock of its own on the file.
holds() {
	grep -qE "POSIX.* WRITE $1 [0-9a-f]+:[0-9a-f]+:$(stat -c %i "$2" 2>/dev/null || echo none) " /proc/locks
}

# plan: the last --json output, checked, as lines "action path interpreter level" below $T.
plan() {
	"$PY" -I -X utf8 "$LIB/plan.py" list "$T/out" "$T" || fail "--json"
}

# total KEY: a number of the last --json summary.
total() {
	"$PY" -I -X utf8 "$LIB/plan.py" total "$T/out" "$1" || fail "--json"
}

# totals KEY=NUMBER...
totals() {
	for pair in "$@"; do
		number=$(total "${pair%%=*}")
		[ "$number" = "${pair#*=}" ] || fail "summary: ${pair%%=*} is $number, not ${pair#*=}"
	done
}

[ -x "$PY" ] || skip "$PY is not installed"
umask 022
