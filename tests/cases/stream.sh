# SPDX-License-Identifier: LGPL-2.1-or-later
# What is known is told while the run goes on: lines of what is done, messages of what failed.
. "$LIB/case.sh"

# Largest first: the slow one occupies one worker of several until the run is ended.
slow_src slow.py
scene() {
	rm -rf t
	mkdir t
	cp slow.py t
	for i in 1 2 3 4; do
		src t/good$i.py
		src t/bad$i.py 'x = (' '' "y$i"
	done
}
# until_told OPTION OUT ERR: end the run once stdout has had a line like OUT and stderr one like ERR.
mkfifo o e
until_told() {
	scene
	"$PYCSYNC" sync --python "$PY" -j 3 "$1" t >o 2>e &
	pid=$!
	exec 3<o 4<e
	while read -r line <&3; do
		echo "$line" >>lines
		# shellcheck disable=SC2254 # a pattern
		case $line in $2) break ;; esac
	done
	# shellcheck disable=SC2254
	while read -r line <&4; do case $line in $3) break ;; esac done
	kill "$pid"
	got=0
	wait "$pid" || got=$?
	exec 3<&- 4<&-
	[ $got = 143 ] || fail "$1: the run had ended when its lines came: $got"
}
until_told --json '*compile*good*"ok": true*' "*bad*.py:1: SyntaxError: '(' was never closed*"
until_told --explain 'compile *good*' "*bad*.py:1: SyntaxError: '(' was never closed*"

# Each failure has its line as JSON, and each source one message, whatever was told early.
scene
rm t/slow.py
run 1 --json t
"$PY" -I - out <<-'END' || fail "JSON: $(cat out)"
	import json, sys
	with open(sys.argv[1], encoding="utf-8") as file:
	    *actions, last = map(json.loads, file)
	assert last["summary"]["failed"] == 4 and last["summary"]["compiled"] == 4
	assert len(actions) == 8
	for a in actions:
	    assert a["line"] == (1 if "bad" in a["path"] else None), a
END
[ "$(grep -c 'never closed' err)" = 4 ] || fail "messages: $(cat err)"

# What is as it was is told before anything is compiled, though its path comes after.
src t/a.py
run 1 -v t
[ "$(grep -n ^fresh out | tail -n 1 | cut -d: -f1)" = 4 ] || fail "order: $(cat out)"
grep -q "^compile .*/t/a.py" out || fail "t/a.py: $(cat out)"
