# SPDX-License-Identifier: LGPL-2.1-or-later
# What compile prints of a source or a name drives no terminal: control characters are escaped there. In a
# pipe the bytes are those of compileall.
. "$LIB/case.sh"

ESCAPES=$(printf '\033]0;evil\007\177\302\233\342\200\256')
SHOWN='\x1b]0;evil\x07\x7f\xc2\x9b\xe2\x80\xae'
src t/bad.py 'if 1:' "	x = '$ESCAPES' = (" # a tab is no danger
src t/warns.py "assert (1, '$ESCAPES')"
src t/odd.py
ln -s odd.py "t/odd$ESCAPES.py"
mkdir t/__pycache__
ln -s nowhere "$(pyc "t/odd$ESCAPES.py")"

# at_terminal STATUS ARGUMENT...: what the terminal gets is in $T/err, without the \r that it adds.
at_terminal() {
	wanted=$1
	shift
	try "$wanted" "$PY" -I "$LIB/at_terminal.py" 80 "" "$PYCSYNC" compile --python "$PY" "$@"
	sed -i 's/\r$//' err
}

# harmless: nothing but newlines and tabs is left of control characters.
harmless() {
	LC_ALL=C grep -aq "$(printf '[\001-\010\013-\037\177]')" err && fail "a control: $(cat -v err)"
	! grep -aqF "$(printf '\302\233')" err || fail "C1: $(cat -v err)"
	! grep -aqF "$(printf '\342\200\256')" err || fail "direction: $(cat -v err)"
}

export BOTH=1
for TERM in xterm dumb; do
	export TERM
	at_terminal 1 -f t
	harmless
	once "x = '$SHOWN' = ("
	once "assert (1, '$SHOWN')"
	once "/odd$SHOWN.$TAG.pyc is a symlink"
	once "Listing 't'..."
	[ "$(grep -ac "^Compiling '" err)" = 4 ] || fail "other lines: $(cat -v err)"
done
at_terminal 1 -i "none$ESCAPES"
harmless
once "Error reading file list none$SHOWN"

# One stream is a terminal, the other is not.
unset BOTH
at_terminal 1 -f t
harmless
once "assert (1, '$SHOWN')"
grep -aqF "$ESCAPES" out || fail "escaped in a file"

# The bytes are compileall's.
for file in bad warns "odd$ESCAPES"; do
	status=0
	"$PY" -m compileall -f "t/$file.py" >out.python 2>err.python || status=$?
	try $status "$PYCSYNC" compile --python "$PY" -f "t/$file.py"
	cmp out out.python || fail "other bytes than compileall's: $file.py"
	cmp err err.python || fail "other bytes than compileall's: $file.py"
done
