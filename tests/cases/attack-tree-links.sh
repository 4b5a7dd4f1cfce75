# SPDX-License-Identifier: LGPL-2.1-or-later
# Where a tree of the policy lies in a user's directory, the user can put a link in its place that leads into another
# tree, or is all of it: the tree that it leads into is worked on as ever, by itself and as a part of all.
. "$LIB/case.sh"
own_state
. "$LIB/attack.sh"

# tree NAME: the policy has that tree of eve's, whose name sorts before or behind that of root's.
tree() {
	printf 'version: 1\ninterpreters: ["3.11"]\ndefaults: {invalidation: unchecked-hash}\ntrees: [%s/t/%s/lib, %s/t/root]\n' "$T" "$1" "$T" | policy
}

renew() {
	rm -rf t
	src t/root/pkg/b.py 'x = 1111'
	src t/root/a.py
	src "t/$1/lib/e.py"
	own $EVE "t/$1"
	settle
	try 0 "$PYCSYNC" sync --policy policy.yaml
	says '3 compiled, 0 fresh, 0 removed'
	rm -r "t/$1/lib"
}

for name in eve zoe; do
	for to in root/pkg root; do
		tree $name
		renew $name
		as $EVE ln -s "$T/t/$to" t/$name/lib
		src t/root/pkg/b.py 'x = 2222'
		src t/root/pkg/new.py
		settle
		try 1 "$PYCSYNC" verify --policy policy.yaml
		grep -q 'root/pkg/__pycache__/b\.' out || fail "$name, $to: verify does not see what is stale: $(cat out)"
		try 1 "$PYCSYNC" sync --policy policy.yaml
		says '2 compiled, 1 fresh, 0 removed, 1 failed'
		grep -q "$name/lib is a symbolic link of uid $EVE" err || fail "$name, $to: $(cat err)"
		there "$(pyc t/root/pkg/new.py)"
		check --mode unchecked-hash t/root

		# The same by a list that names what lies there by that way.
		renew $name
		as $EVE ln -s "$T/t/$to" t/$name/lib
		src t/root/pkg/b.py 'x = 3333'
		settle
		printf '%s\n' "$T/t/root/pkg/b.py" "$T/t/$name/lib/b.py" "$T/t/$name/lib/pkg/b.py" |
			try 1 "$PYCSYNC" sync --stdin --policy policy.yaml
		grep -q '1 compiled, 0 fresh, 0 removed, [12] failed' out || fail "$name, $to: $(cat out)"
		check --mode unchecked-hash t/root
	done
done
