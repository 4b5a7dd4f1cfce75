# SPDX-License-Identifier: LGPL-2.1-or-later
# Root's own directory, which a user renames to where root expects the user's __pycache__, stays root's: it is
# neither given to the user, nor opened to others, nor written to.
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"

# world: root's directory in one of eve's, where she may rename it.
world() {
	rm -rf t
	src t/eve/lib/a.py 'x = 1'
	own $EVE t/eve
	mkdir t/eve/lib/roots
	echo secret >t/eve/lib/roots/secret
	fake_pyc t/eve/lib/roots/a.$TAG.pyc
	fake_pyc t/eve/lib/roots/gone.$TAG.pyc
	chmod 700 t/eve/lib/roots
	look t/eve/lib/roots >before
}

judged() {
	there t/eve/lib/__pycache__/secret
	same t/eve/lib/__pycache__
}

# It is there before the run.
for way in typed tree trigger stage; do
	how="$way, before"
	world
	as $EVE mv t/eve/lib/roots t/eve/lib/__pycache__
	go 0,1,2 $way eve/lib
	judged
done
how=clean
world
as $EVE mv t/eve/lib/roots t/eve/lib/__pycache__
try 0,1 "$PROGRAM" clean t/eve/lib
judged

# It comes between the making of a __pycache__ and its use.
need strace
not_with_asan "ptrace"
cat >attack <<-END
	$(sed -n '/^as() {/,/^}/p' "$LIB/attack.sh")
	as $EVE rmdir t/eve/lib/__pycache__
	as $EVE mv t/eve/lib/roots t/eve/lib/__pycache__
END
# after_mkdir COMMAND...
after_mkdir() {
	world
	try 0,1,2 "$PY" -I "$LIB/stop_at_mkdir.py" t/eve/lib/__pycache__ 'rm -rf t/eve/lib/__pycache__' \
		'. ./attack' "$@"
	judged
}
printf 'version: 1\ntrees: [/eve/lib]\n' >policy.yaml
echo /eve/lib/a.py >list
how="typed, after mkdir"
after_mkdir "$PROGRAM" sync -j 1 --python "$PY" t/eve/lib
how="tree, after mkdir"
after_mkdir "$PROGRAM" sync -j 1 --python "$PY" --root t --policy policy.yaml
how="trigger, after mkdir"
after_mkdir sh -c 'exec "$@" <list' sh "$PROGRAM" trigger rpm-in -j 1 --python "$PY" --root t --policy policy.yaml
how="stage, after mkdir"
after_mkdir "$PROGRAM" stage -j 1 --python "$PY" t /eve/lib
verdict
