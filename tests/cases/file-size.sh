# SPDX-License-Identifier: LGPL-2.1-or-later
# A write beyond RLIMIT_FSIZE: the signal is survived, the old pyc is intact, the rest is done.
. "$LIB/case.sh"
# In a root of its own: rpm's database, if this system has one, cannot be read under the limit.

src t/big.py 'x = "old"'
src t/new/big.py
bulk t/new 1
src t/small.py
run 0 --root t /big.py
cp "$(pyc t/big.py)" old
settle
bulk t 1
mv t/m0.py t/big.py
src t/tiny.py ''
want=1 got=0
{
	(ulimit -f 2 && exec "$PYCSYNC" sync --root t --python "$PY" / 2>&1) || echo "status $?"
} | cat >err
: >out
got=$(sed -n 's/^status //p' err)
judge "ulimit -f"
once " /big.py"
once " /new/m0.py"
check --root t --except "$T/t/big.py" --except "$T/t/new/m0.py" --allow "$T/$(pyc t/big.py)" t
if [ -e "$(pyc t/big.py)" ]; then
	cmp old "$(pyc t/big.py)" || fail "the old pyc is damaged"
fi
run 0 --root t /
check --root t t
