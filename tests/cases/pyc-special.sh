# SPDX-License-Identifier: LGPL-2.1-or-later
# A cache entry that is no regular file is safely replaced, or left and named with status 1.
. "$LIB/case.sh"

echo precious >victim
cp victim t-victim
for name in link dangling fifo dir full good; do
	src t/$name.py
done
mkdir t/__pycache__
ln -s "$T/victim" "$(pyc t/link.py)"
ln -s "$T/not-there" "$(pyc t/dangling.py)"
mkfifo "$(pyc t/fifo.py)"
mkdir "$(pyc t/dir.py)"
mkdir "$(pyc t/full.py)"
echo mine >"$(pyc t/full.py)/file"
run 0,1 t
status=$got
cmp victim t-victim || fail "written through a symlink"
absent not-there
there "$(pyc t/full.py)/file"
left=0
for name in link dangling fifo dir full; do
	entry=$(pyc t/$name.py)
	if [ ! -f "$entry" ] || [ -h "$entry" ]; then
		left=$((left + 1))
		grep -q "$name\.\(py\|$TAG.pyc\)\b" err || fail "left without a word: $entry"
	fi
done
[ "$left" = 0 ] || [ "$status" = 1 ] || fail "$left left with status $status"
run 0 t/good.py
