# SPDX-License-Identifier: LGPL-2.1-or-later
# The very file that pycsync made is no package's: no database is read to know that. Any other is.
. "$LIB/case.sh"

site=usr/lib/python3/dist-packages
info=t/var/lib/dpkg/info
policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python3/dist-packages
END
go() {
	wanted=$1
	shift
	try "$wanted" "$PYCSYNC" sync --root t --policy policy.yaml --json "$@"
}
change() {
	for name; do
		src t/$site/"$name".py "changed = '$name'"
	done
}

mkdir -p $info t/var/lib/pycsync
echo 1 >$info/format
printf '%s\n' /. /usr /$site >$info/one.list
for name in made python shipped beside level; do
	src t/$site/$name.py
done
go 0
totals compiled=5
settle
"$PY" -I -m compileall -qf t/$site/python.py

# A database that is not whole owns everything, except what is proven.
printf '/cut off' >$info/one.list
change made python
go 1
totals compiled=1
grep -q '"compile".*/made\.py"' out || fail "what pycsync made was not made anew"

# A package that ships bytecode from now on: in the place of ours, beside the source, of another level.
cp t/$site/__pycache__/made.$TAG.pyc copy
cp copy t/$site/beside.pyc
cp copy "t/$site/__pycache__/level.$TAG.opt-2.pyc"
mv copy "$(pyc t/$site/shipped.py)"
printf '%s\n' /. /usr /$site /$site/beside.pyc "/$site/__pycache__/shipped.$TAG.pyc" \
	"/$site/__pycache__/level.$TAG.opt-2.pyc" >$info/one.list
change shipped beside level
go 0
totals compiled=1 removed=2
# What was ours beside the package's would be stale from now on.
absent "$(pyc t/$site/beside.py)" "$(pyc t/$site/level.py)"
there t/$site/beside.pyc "t/$site/__pycache__/level.$TAG.opt-2.pyc" "$(pyc t/$site/shipped.py)"
grep -q '"compile".*/python\.py"' out || fail "a package ships bytecode of what was compiled"

# Without the record nothing is proven.
printf '/cut off' >$info/one.list
rm t/var/lib/pycsync/memory
change made
go 1
totals compiled=0
