# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# What takes long has a line at a terminal that tells how far it is, and none anywhere else.
. "$LIB/case.sh"

slow_src slow.py
export TERM=xterm
# seen STATUS COLUMNS PATTERN ARGUMENT...: what the terminal gets is in $T/err.
seen() {
	wanted=$1
	columns=$2
	pattern=$3
	shift 3
	rm -rf t
	mkdir -p t/long-name-of-a-directory
	cp slow.py "t/long-name-of-a-directory/$(printf 's\033[31m\303\244.py')"
	for i in 1 2 3 4 5; do src t/a$i.py; done
	try "$wanted" "$PY" -I "$LIB/at_terminal.py" "$columns" "$pattern" "$PYCSYNC" "$@"
}
ended=143

# Each line ends before the last column, no name drives the terminal, and the message has a line of its own.
line='compiling: [1-5] of 6, [0-9.]+/s, [0-9]+:[0-9][0-9] left: [^\r]*s.x1b\[31m'
judge_lines() {
	"$PY" -I -c '
import re, sys
text = open("err", "rb").read()
clear = b"\r\x1b[K"
lines = text.split(clear)
assert len(lines) > 2 and lines[0] in (b"", b"\x1b[1;31m"), lines[:2]
for line in lines[1:-1]:
    assert len(line) < int(sys.argv[1]) and b"\x1b" not in line and b"\n" not in line, line
assert re.match(rb"(\x1b\[1;31m)?pycsync:", lines[-1]), lines[-1]
' "$1" 2>&1 || fail "lines: $(cat -v err)"
}
seen $ended 100 "$line" sync --python "$PY" -j 3 t
judge_lines 100
seen $ended 40 'compiling: [1-5] of 6, [^\r]*' sync --python "$PY" -j 3 t
judge_lines 40
seen $ended 100 'compiling: [1-5] of 6' stage --python "$PY" -j 3 "$T/t" "$T/t"
seen $ended 100 'compiling: [1-6] of 6' verify --deep --python "$PY" -j 3 t
seen 143,1 100 'compiling: [1-5] of 6' compile -q --python "$PY" -j 3 t

# None where nobody looks. Each run takes longer than the line waits.
mkdir x y
cp slow.py x
src y/bad.py 'x = ('
policy <<-END
	version: 1
	interpreters: ["3.11"]
	trees: [$T/x]
	defaults:
	  limits: {seconds: 1}
END
at_terminal() {
	"$PY" -I "$LIB/at_terminal.py" 80 "" "$@"
}
sync="sync --policy=$T/policy.yaml --python=$PY"
# plain STATUS COMMAND...: writes nothing that is for a terminal, in the background.
plain() {
	n=$((${n-0} + 1))
	mkdir plain$n
	(
		# shellcheck disable=SC2030 # for what try writes
		T=$T/plain$n
		try "$@"
		! cat "$T/out" "$T/err" | grep -q "$(printf '\033')" || fail "$*: $(cat -v "$T/err")"
	) &
	pids="${pids-} $!"
}
# shellcheck disable=SC2031,SC2086 # $sync is several words
plainly() {
	plain 1 "$PYCSYNC" $sync x
	plain 1 at_terminal env TERM=dumb "$PYCSYNC" $sync x
	plain 1 at_terminal env NO_COLOR=1 "$PYCSYNC" $sync --progress=never x
	plain 1 at_terminal "$PYCSYNC" $sync --quiet --color=never x
	plain 0 at_terminal "$PYCSYNC" trigger dpkg --policy="$T/policy.yaml"
}
plainly
for pid in $pids; do wait "$pid" || exit 1; done

# Colors, where they are wanted.
export BOTH=1
try 1 at_terminal "$PYCSYNC" sync --progress=never --python "$PY" -v y
for part in '\[1;31mcompile.\[0m /' '\[1;31mpycsync:.\[0m /'; do grep -q "$part" err || fail "$part: $(cat -v err)"; done
try 1 at_terminal env NO_COLOR=1 "$PYCSYNC" sync --progress=never --python "$PY" -v y
! grep -q "$(printf '\033')" err || fail "NO_COLOR: $(cat -v err)"
try 1 at_terminal "$PYCSYNC" sync --progress=never --python "$PY" --json y
! grep '^{' err | grep -q "$(printf '\033')" || fail "JSON: $(cat -v err)"
run 1 --color=always y
grep -q "$(printf '\033')" err || fail "--color=always"
run 2 --color=red y
says "--color: expected one of auto, always, never, got 'red'"
try 2 "$PYCSYNC" trigger alpm-post --color=always
