# SPDX-License-Identifier: LGPL-2.1-or-later
# The manager was told on its command line where its database is, and none that is known is in the root: what
# is listed may be a package's bytecode as well. It is left alone, but for what pycsync made itself.
. "$LIB/case.sh"

lib=usr/lib/python3.11/site-packages
policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees: ["/usr/lib/python{version}/site-packages"]
END
printf '%s\n' $lib/made.py $lib/none.py $lib/shipped.py >list
# ship: the manager unpacks a package with two sources and the bytecode of a third one.
ship() {
	for name in made none shipped; do
		src t/$lib/$name.py "x = '$1'"
	done
	fake_pyc "$(pyc t/$lib/shipped.py)"
	fake_pyc "$(pyc t/$lib/shipped.py 1)"
	cp "$(pyc t/$lib/shipped.py)" shipped
}
# kept: the package's files are as they were shipped, and the line says why.
kept() {
	once "/$lib/shipped.py is listed, and no database that is known has it; what a package may own is left alone"
	[ "$(wc -l <err)" = 1 ] || fail "more than that is said"
	for level in '' 1; do
		cmp shipped "$(pyc t/$lib/shipped.py $level)" || fail "a package's pyc was written"
	done
}
mkdir -p t/var/lib/pycsync
for hook in alpm-post rpm-in; do
	rm -rf t/usr t/var/lib/pycsync/*
	ship one
	trigger 0 $hook --root t --policy policy.yaml <list
	kept
	there "$(pyc t/$lib/made.py)" "$(pyc t/$lib/none.py)"
	# An upgrade: what pycsync made is made anew.
	settle
	ship two
	trigger 0 $hook --root t --policy policy.yaml <list
	kept
	grep -q two "$(pyc t/$lib/made.py)" || fail "stale"
done
# A removal: what pycsync made goes, the manager's own goes with the manager.
rm "$(pyc t/$lib/none.py)"
trigger 0 alpm-pre --root t --policy policy.yaml <list
kept
absent "$(pyc t/$lib/made.py)"
# By hand it is nobody's.
try 0 "$PYCSYNC" sync --root t --policy policy.yaml /$lib/shipped.py
! cmp -s shipped "$(pyc t/$lib/shipped.py)" || fail "left alone"
