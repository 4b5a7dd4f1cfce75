# SPDX-License-Identifier: LGPL-2.1-or-later
# pycsync(7) names every key that --json prints, no other, and every action there is.
. "$LIB/case.sh"

mkdir -p r/usr
src r/usr/good.py
src r/usr/bad.py 'x = ('
src r/usr/gone.py
printf 'version: 1\nstore: {path: /store}\n' >policy.yaml
run 1 --root r --policy policy.yaml /usr
rm r/usr/gone.py
run 1 --root r --policy policy.yaml --json --explain /usr
mv out sync
run 0 --root r --policy policy.yaml --json -n /usr
mv out dry
try 0,1 "$PYCSYNC" status --root r --policy policy.yaml --json
mv out status
for command in status prune verify; do
	try 0 "$PYCSYNC" store "$command" --root r --policy policy.yaml --json
	mv out "store-$command"
done
try 0 "$PYCSYNC" policy explain --root r --policy policy.yaml --python "$PY" --json /usr/good.py
mv out explain
try 0 "$PYCSYNC" interpreters --json --python "$PY"
mv out interpreters

"$PY" -I - "$LIB/../../docs/pycsync.7" "$LIB/../../hook/sync/plan.c" <<-'END' || fail "manual and program differ"
	import json, re, sys

	def read(name):
	    with open(name, encoding="utf-8") as file:
	        return file.read()

	def objects(name):
	    return [json.loads(line) for line in read(name).splitlines()]

	def keys(name):
	    return {key for o in objects(name) for key in o}

	def agree(what, manual, program):
	    if set(manual) != set(program):
	        sys.exit(f"{what}: only in the manual {set(manual) - set(program)}, "
	                 f"only in the program {set(program) - set(manual)}")

	manual = read(sys.argv[1])
	manual = manual[manual.index(".Sh JSON OUTPUT"):manual.index(".Sh SEE ALSO")]
	table, rest = manual.split("The last object has the only key", 1)
	summary, rest = rest.split("It is not printed when", 1)
	actions = table[table.index(".Bl -tag -width \"compile\""):]
	actions = actions[:actions.index(".El")]
	named = lambda text: re.findall(r"^\.(?:It )?Cm ([a-z_]+)", text, re.M)
	items = lambda text: re.findall(r"^\.It Cm ([a-z_]+)", text, re.M)

	agree("actions", items(actions), re.findall(r'\[PCS_[A-Z]+\] = "([a-z]+)",', read(sys.argv[2]).split(" names[] = {")[1]))
	for o in objects("sync") + objects("dry"):
	    if "action" in o:
	        agree("an action", items(table.replace(actions, "")), o)
	agree("the summary", named(summary), {"summary", *objects("sync")[-1]["summary"], *objects("dry")[-1]["summary"]})

	def listed(begin, end):
	    text = rest[rest.index(begin) + len(begin):]
	    text = text[:text.index(end)] if end else text
	    return [word for line in re.findall(r"^\.Cm (.*)", text, re.M) for word in re.findall(r"[a-z][a-z_-]+", line)]

	agree("status", listed(".It Cm status", ".It"), keys("status"))
	agree("store status", listed(".It Cm store status", "of\n"), keys("store-status"))
	agree("store prune", listed(".Cm prune :", "of\n"), keys("store-prune"))
	agree("store verify", listed("of each entry that is wrong, and", ".It"), keys("store-verify"))
	agree("policy explain", listed(".It Cm policy explain", ".El"), keys("explain"))
	agree("interpreters", {*listed("prints an object for each interpreter:", "A script")} & keys("interpreters"), keys("interpreters"))
