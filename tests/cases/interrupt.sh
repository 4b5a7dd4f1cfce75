# SPDX-License-Identifier: LGPL-2.1-or-later
# SIGINT and SIGTERM end the run within two seconds: no temporary, no worker, no status 0.
# slow
. "$LIB/case.sh"

bulk t 8
slow_src t/slow.py
for name in INT TERM; do
	settle
	touch t/m*.py
	got=0 want=128,130,143,1,2
	"$PY" -I "$LIB/proc.py" --signal $name --within 2 --gone 0.5 \
		"$PYCSYNC" sync --python "$PY" -j 2 t >out 2>err || got=$?
	judge "SIG$name"
	[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "SIG$name: $(find t)"
	check --loads t
done
rm t/slow.py
for delay in 0 0.01 0.03 0.06 0.1; do
	rm -rf t/__pycache__
	got=0 want=0,128,130,143,1,2
	"$PY" -I "$LIB/proc.py" --signal INT --after $delay --within 2 --gone 0.5 \
		"$PYCSYNC" sync --python "$PY" -j 2 t >out 2>err || got=$?
	judge "SIGINT after $delay s"
	[ $got != 0 ] || check t
	[ -z "$(find t -path '*__pycache__/*' ! -name '*.pyc')" ] || fail "after $delay s: $(find t)"
done
run 0 t
check t

# A long list, wherever the run is with it.
"$PY" -I - >list <<-'END'
	for i in range(400000):
	    print(f"/nowhere/d{i % 100}/module{i}.py" if i % 2 else f"$T/t/module{i}.py")
END
mkdir long
(cd long && seq -f 'd%g' 100 | xargs mkdir)
sed "s|^/nowhere|$T/long|; s|^\$T|$T|" list >paths
for delay in 0.05 0.2 0.5 1 1.5; do
	got=0 want=143,0
	"$PY" -I "$LIB/proc.py" --signal TERM --after $delay --within 2 --gone 0.5 \
		"$PYCSYNC" sync --stdin --python "$PY" -j 2 <paths >out 2>err || got=$?
	judge "a long list, SIGTERM after $delay s"
done
