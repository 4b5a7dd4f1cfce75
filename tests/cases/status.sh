# SPDX-License-Identifier: LGPL-2.1-or-later
# status: what is there, and what needs somebody. It changes nothing.
. "$LIB/case.sh"

mkdir -p t/etc/pycsync t/var/lib/pacman/local t/usr/share/libalpm/hooks
echo 9 >t/var/lib/pacman/local/ALPM_DB_VERSION
mkdir -p t/var/lib/pacman/local/other-1-1
printf '%%NAME%%\nother\n\n' >t/var/lib/pacman/local/other-1-1/desc
printf '%%FILES%%\nusr/\n\n' >t/var/lib/pacman/local/other-1-1/files
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [/tree, /none]\n' >t/etc/pycsync/policy.yaml
src t/tree/a.py
src t/tree/b.py
src t/tree/bad.py 'x = ('
status() {
	unchanged try "$1" "$PYCSYNC" status --root t --json ${3-}
	"$PY" -I - out "$2" <<-'END' || fail "$2: $(cat out)"
		import json, sys
		with open(sys.argv[1], encoding="utf-8") as file:
		    s = json.load(file)
		    tree = s["trees"][0]
		assert eval(sys.argv[2]), s["problems"]
	END
}
status 1 'len(s["problems"]) == 2 and tree["planned"] == 3 and not s["trees"][1]["there"]'
unchanged try 1 "$PYCSYNC" status --root t
says "/tree: 3 sources, 0 fresh, 3 to do, 0 failing"
says "needs you     no package manager calls pycsync: install its package"
: >t/usr/share/libalpm/hooks/10-pycsync-post.hook
try 1 "$PYCSYNC" sync --root t
status 1 'len(s["problems"]) == 1 and tree["fresh"] == 2 and s["managers"][0]["called_by"].endswith("post.hook")'
# The file that does the work is that of 'interpreters'.
served=$("$PYCSYNC" interpreters | sed -n 's/^3.11[^ ]* .* \(\/[^ ]*\): its .* serves$/\1/p')
status 1 '"'"$served"'" in [i["path"] for i in s["interpreters"]]'
unchanged try 1 "$PYCSYNC" status --root t
grep -q "  3.11 .* $served, " out || fail "another file than $served"
rm t/tree/bad.py
status 0 'not s["problems"] and tree["planned"] == 0 and tree["sources"] == 2'
# Of nested trees the innermost counts, remembered or looked at, and under whatever name.
mkdir -p t/tree/in t/var/lib/pycsync
src t/tree/in/c.py
ln -s tree t/link
nested() {
	printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s]\n' "$1" >t/etc/pycsync/policy.yaml
	rm -rf t/tree/__pycache__ t/tree/in/__pycache__
	try 0 "$PYCSYNC" sync --root t
	status 0 '[t["sources"] for t in s["trees"]] == [2, 1]'
	status 0 '[t["sources"] for t in s["trees"]] == [2, 1]' --full
}
nested '/tree, /tree/in'
rm -r t/var/lib/pycsync/*
nested '/link, /tree/in'
rm -r t/var/lib/pycsync
printf 'trees: 7\n' >t/etc/pycsync/policy.yaml
status 1 '"not valid" in s["problems"][0]'
try 2 "$PYCSYNC" status t
