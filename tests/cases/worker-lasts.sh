# SPDX-License-Identifier: LGPL-2.1-or-later
# One worker compiles all there is, at all levels: nothing that a source may have ends it.
. "$LIB/case.sh"
need strace

policy <<-END
	version: 1
	defaults: {optimize: [0, 1, 2]}
END
src t/plain.py 'def f():' '    "doc"' '    return 1'
printf 'def f():\n    "\303\244"\n    return 1\n' >t/latin.py
printf 'def f():\n    "\343\201\202 \360\237\230\200"\n    return 1\n' >t/wide.py
printf '\357\273\277def f():\n    "\303\244"\n    return 1\n' >t/mark.py
printf '# -*- coding: latin-1 -*-\ndef f():\n    "\344"\n    return 1\n' >t/cookie.py
printf 'x = "\\N{BULLET}"\nassert x\n' >t/named.py
printf 'x = "\303\244"\nassert x, __debug__\n' >t/debug.py
printf '\303\244 = 1\n' >t/name.py
printf 'x = "\344"\n' >t/undecodable.py
printf '# coding: no-such-thing\n' >t/nothing.py
printf 'x = (\n' >t/open.py
# As deep as this version refuses: 3.13 and newer take 5000.
"$PY" -I -c 'compile("x = " + "-" * 5000 + "1", "deep", "exec")' 2>/dev/null && depth=100000 || depth=5000
python3 -c "print('x = ' + '-' * $depth + '1')" >t/deep.py
for interpreter in "$PY" $(find /usr/lib -maxdepth 2 -name "libpython3.${TAG#cpython-3}.so.1.0" | head -n 1); do
	rm -rf t/__pycache__
	strace -f -qq -e trace=execve -o trace "$PYCSYNC" sync -j1 --python "$interpreter" --policy policy.yaml t >out 2>err || :
	n=$(grep -c 'execve(.*pycsync-worker' trace)
	[ "$n" = 1 ] || { cat err && fail "$n workers for $interpreter"; }
	! grep 'the worker' err || fail "a worker ended"
	check --levels 0,1,2 \
		--except "$T"/t/undecodable.py --except "$T"/t/nothing.py --except "$T"/t/open.py --except "$T"/t/deep.py t
done
