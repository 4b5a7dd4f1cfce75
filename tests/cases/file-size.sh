# A write beyond RLIMIT_FSIZE: the signal is survived, the old pyc is intact, the rest is done.
. "$LIB/case.sh"

src t/big.py 'x = "old"'
src t/new/big.py
bulk t/new 1
src t/small.py
run 0 t/big.py
cp "$(pyc t/big.py)" old
settle
bulk t 1
mv t/m0.py t/big.py
src t/tiny.py ''
want=1 got=0
{
	(ulimit -f 2 && exec "$PYCSYNC" sync --python "$PY" t 2>&1) || echo "status $?"
} | cat >err
: >out
got=$(sed -n 's/^status //p' err)
judge "ulimit -f"
once "$T/t/big.py"
once "$T/t/new/m0.py"
check --except "$T/t/big.py" --except "$T/t/new/m0.py" --allow "$T/$(pyc t/big.py)" t
if [ -e "$(pyc t/big.py)" ]; then
	cmp old "$(pyc t/big.py)" || fail "the old pyc is damaged"
fi
run 0 t
check t
