# SPDX-License-Identifier: LGPL-2.1-or-later
# package: a rule for the sources of a package, by pacman's database inside the root.
. "$LIB/case.sh"

src root/usr/lib/python3.11/foo.py
src root/usr/lib/python3.11/bar.py
src root/usr/lib/python3.11/own.py
db=root/var/lib/pacman/local
for name in foo bar; do
	mkdir -p $db/python-$name-1.2-3
	printf '%%NAME%%\npython-%s\n\n' $name >$db/python-$name-1.2-3/desc
	printf '%%FILES%%\nusr/\nusr/lib/python3.11/%s.py\n\n' $name >$db/python-$name-1.2-3/files
done
echo 9 >$db/ALPM_DB_VERSION
# compiles LIST PATTERN
compiles() {
	printf 'version: 1\nrules: [{package: "%s", compile: false}]\n' "$2" | policy
	rm -rf root/usr/lib/python3.11/__pycache__
	run 0 --root root --policy policy.yaml /usr/lib/python3.11
	found=$(ls root/usr/lib/python3.11/__pycache__ | cut -d . -f 1 | tr '\n' ' ')
	[ "$found" = "$1 " ] || fail "compiled: $found, not: $1"
}
compiles 'bar own' python-foo
compiles 'own' 'python-*'
compiles 'foo own' 'python-[a-c]*'
compiles 'bar foo own' python
