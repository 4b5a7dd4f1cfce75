# SPDX-License-Identifier: LGPL-2.1-or-later
# A store shows nobody the code of a source that not everybody may read.
. "$LIB/case.sh"

way=$T
while [ -n "$way" ]; do
	[ $((0$(stat -c %a "$way") & 011)) = 9 ] || skip "not everybody can reach $T"
	way=${way%/*}
done
d=t/usr/lib/python3/dist-packages
for name in open user group odd shut/in shut/sub/below; do
	src $d/$name.py "name = '$name'"
done
src t/usr/share/behind.txt 'name = "link"'
ln -s ../../../share/behind.txt $d/link.py
chmod 600 $d/user.py
chmod 640 $d/group.py
chmod 604 $d/odd.py
chmod 750 $d/shut
mkdir s shipped
# kept STORE MODE: the sources of these entries, by what they hold.
kept() {
	find "$1" -type f -path '*/??/*' -perm "$2" -exec grep -aohE 'open|user|group|odd|shut/in|shut/sub/below|link' {} + |
		sort -u | tr '\n' ' '
}
judge_store() {
	[ "$(kept "$1" 644)" = 'open ' ] || fail "$2: everybody may read: $(kept "$1" 644)"
	[ "$(kept "$1" 600)" = 'group link odd shut/in shut/sub/below user ' ] || fail "$2: kept: $(kept "$1" 600)"
}
for command in sync compile stage; do
	find t -depth -name __pycache__ -exec rm -r {} +
	rm -rf s
	try 0 "$PYCSYNC" "$command" --python "$PY" --store s -q t
	judge_store s $command
done
# What is private is there for its owner, and what is not, in another root, for all.
find t -depth -name __pycache__ -exec rm -r {} +
run 0 --store s --json t
totals compiled=0 stored=7
find t -depth -name __pycache__ -exec rm -r {} +
chmod 700 t
run 0 --root t --store shipped /usr
[ -n "$(kept shipped 600)" ] || fail "nothing is kept"
[ -z "$(kept shipped 644)" ] || fail "a root that is private"
