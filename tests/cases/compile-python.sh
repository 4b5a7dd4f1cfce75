# SPDX-License-Identifier: LGPL-2.1-or-later
# --python takes an executable, a version, and a libpython, with the same result and the same sys.path.
# slow
. "$LIB/case.sh"

lib=$("$PY" -I -c 'import sysconfig as s; print(s.get_config_var("LIBDIR") + "/" + s.get_config_var("INSTSONAME"))')
[ -e "$lib" ] || lib=$("$PY" -I -c 'import sysconfig as s
print(s.get_config_var("LIBDIR") + "/" + s.get_config_var("MULTIARCH") + "/" + s.get_config_var("INSTSONAME"))')
[ -e "$lib" ] || skip "$PY has no shared libpython"

src t/a.py
src t/p/b.py 'x = 1'
src t/bad.py '('
mkdir empty
for python in "$PY" "$lib" "${lib%.1.0}" "$(basename "$PY")"; do
	[ -e "$python" ] || command -v "$python" >/dev/null || continue
	rm -rf t/__pycache__ t/p/__pycache__ "$T/px"
	try 1 "$PYCSYNC" compile --python "$python" -o 0 -o 2 t
	cp out words
	(cd t && find . -name '*.pyc' -exec sha256sum {} + | sort) >sums
	[ -e first ] || { cp words first && cp sums first.sums; }
	cmp -s words first || fail "$python: other words"
	cmp -s sums first.sums || fail "$python: other pycs"
	# Without paths: the directories of sys.path, the working directory in front.
	PYTHONPYCACHEPREFIX="$T/px" PYTHONPATH="$T/t/p" sh -c 'cd empty && exec "$@"' sh \
		"$PYCSYNC" compile --python "$python" >listing 2>err || fail "$python: status $? without paths"
	[ -e first.listing ] || cp listing first.listing
	cmp -s listing first.listing || fail "$python: another sys.path"
	grep -q "^Listing '$T/empty'" listing || fail "$python: not the working directory"
	grep -q "^Compiling '$T/t/p/b.py'" listing || fail "$python: not PYTHONPATH"
done
[ "$(grep -c . first.sums)" = 4 ] || fail "not four pycs"
for bad in "$T/t/a.py" "$T/nosuch.so" /dev/null "$T/t" ''; do
	try 2 "$PYCSYNC" compile --python "$bad" t
	[ "$(wc -l <err)" = 1 ] || fail "not one line for $bad"
done
