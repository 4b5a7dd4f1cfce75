# SPDX-License-Identifier: LGPL-2.1-or-later
# What a run leaves that is killed between writing and renaming, the next one removes.
. "$LIB/case.sh"
need strace

src t/a.py 'x = "old"'
src t/gone.py
run 0 t
settle
src t/a.py 'x = "new"'
calls=rename,renameat,renameat2,link,linkat
strace -o trace -e trace=$calls -e inject=$calls:signal=KILL:when=1 \
	"$PYCSYNC" sync --python "$PY" t >out 2>err || :
grep -q 'killed by SIGKILL' trace || fail "was not killed: $(cat trace)"
check --loads t
echo mine >t/__pycache__/tmpabcdef
echo mine >"$(pyc t/a.py).1234"
rm t/gone.py
run 0 t
there t/__pycache__/tmpabcdef "$(pyc t/a.py).1234"
check --allow "$T/t/__pycache__/tmpabcdef" --allow "$T/$(pyc t/a.py).1234" t
