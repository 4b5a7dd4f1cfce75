# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# Where the scripts of packages had py3clean and py3compile do the work, dpkg's trigger does not look at it; where
# they did not, failed, were ended or not called, it looks at everything.
. "$LIB/case.sh"
own_state
[ -r /usr/share/python3/debian_defaults ] || skip "no debian_defaults"
mkdir up work ours
mount -t overlay -o "lowerdir=/etc,upperdir=$T/up,workdir=$T/work" overlay /etc 2>/dev/null || skip "no overlay"
mount -t tmpfs tree /srv || skip "no tmpfs on /srv"
site=/srv/usr/lib/python3/dist-packages
mkdir -p /etc/pycsync db/info db/updates "$site"
printf 'version: 1\ninterpreters: [3.11]\ntrees: [%s]\n' $site >/etc/pycsync/policy.yaml
: >db/status
: >db/info/pycsync.triggers
export DPKG_ADMINDIR="$T/db" DEBPYTHON3_SUPPORTED=3.11 DEBPYTHON3_DEFAULT=3.11
ln -s "$PYCSYNC" ours/py3compile
ln -s "$PYCSYNC" ours/py3clean
PATH=$T/ours:$PATH

# unpack PACKAGE FILE...: its new list; files of the old one that are not in it go.
unpack() {
	_list=db/info/$1.list _old=$(cat "db/info/$1.list" 2>/dev/null || :)
	shift
	for _f; do
		echo "$site/$_f"
	done >list.new
	for _f in $_old; do
		grep -qx "$_f" list.new || rm -f "$_f"
	done
	for _f; do
		src "$site/$_f" "name = '$_list $_f'"
	done
	mv list.new "$_list"
}

# script PACKAGE NAME WORD...: a script of dh_python3, as dpkg calls it.
script() {
	_path=$T/db/info/$1.$2
	case $2 in
	prerm) echo "py3clean -p $1" ;;
	postinst) echo "py3compile -p $1" ;;
	esac >"$_path"
	_name=$2
	shift 2
	DPKG_MAINTSCRIPT_NAME=$_name sh -e "$_path" "$@" 2>said
}

# expect looks|leaves [WHAT]: what the trigger does. A source that no package has is made by one that looks.
expect() {
	rm -rf "$site/__pycache__/hand.$TAG.pyc"
	trigger 0 dpkg /srv
	_got=leaves
	[ ! -e "$site/__pycache__/hand.$TAG.pyc" ] || _got=looks
	[ "$_got" = "$1" ] || fail "the trigger $_got: $2"
	[ ! -s err ] || [ "$1" = looks ] || fail "it said something"
	# All that packages have is right, whoever did it, and nothing is left of what they had.
	cat db/info/*.list | grep "^$site" | while read -r _f; do
		there "$(pyc "$_f")"
	done
	find "$site" -name '*.pyc' ! -name 'hand.*' | while read -r _f; do
		_stem=${_f##*/}
		there "${_f%/__pycache__/*}/${_stem%%.*}.py"
	done
	[ -z "$(find "$site" -mindepth 2 -type d -empty)" ] || fail "an empty directory is left"
}

src "$site/hand.py"
unpack plain p.py
expect looks "nothing is known"

# The first time, it is not known what the others are.
unpack lib lib/__init__.py lib/a.py lib/b.py
script lib postinst configure
expect looks "the first row"
expect leaves "nothing happened"

unpack lib2 lib2.py
script lib2 postinst configure
expect leaves "a new package"

# An upgrade: one source stays, one changes, one goes, and so does a directory.
unpack other other/o.py other/gone/g.py
script other postinst configure
expect leaves "another new one"
script other prerm upgrade 2
there "$site/other/__pycache__/o.$TAG.pyc" "$site/other/gone/__pycache__/g.$TAG.pyc"
unpack other other/o.py other/new.py
there "$site/other/gone/__pycache__/g.$TAG.pyc"
script other postinst configure 1
absent "$site/other/gone"
expect leaves "an upgrade"

# A transaction of several, with one whose scripts do nothing for it.
script lib prerm upgrade 2
script lib2 prerm upgrade 2
unpack lib lib/__init__.py lib/a.py
unpack lib2 lib2.py lib3.py
script lib postinst configure 1
script lib2 postinst configure 1
unpack plain p.py q.py
expect looks "no scripts"
expect leaves "that was dealt with"
echo /usr/share/doc/x >db/info/docs.list
expect leaves "a package without sources"

# A removal and purge; without scripts as well; and one that is given up.
script lib2 prerm remove
rm "$site/lib2.py" "$site/lib3.py" db/info/lib2.list
expect leaves "a removal"
rm "$site/q.py" "$site/p.py" db/info/plain.list
expect looks "a removal without scripts"
script other prerm remove
absent "$site/other/__pycache__"
expect looks "a removal that was given up"

# Scripts that fail, are ended, or are called in another way.
script lib prerm upgrade 3
unpack lib lib/__init__.py lib/a.py lib/c.py
expect looks "no postinst"
script lib prerm upgrade 4
unpack lib lib/__init__.py lib/a.py
py3compile -p lib -V 3.11
expect looks "not for all versions"
unpack lib lib/__init__.py
script lib postinst configure
absent "$site/lib/a.py"
expect looks "no prerm"
script lib prerm upgrade 5
unpack lib lib/__init__.py lib/bad.py
echo 'def f(:' >"$site/lib/bad.py"
! script lib postinst configure || fail "the test itself is wrong"
rm "$site/lib/bad.py"
grep -v bad db/info/lib.list >list.new
mv list.new db/info/lib.list
expect looks "a postinst that failed"
script lib prerm upgrade 6
unpack lib lib/__init__.py lib/d.py
script lib postinst configure 5
expect leaves "all is well again"

# What is excluded is left alone by both, and a package without public modules is nobody's business.
mkdir -p share/bcep
cp /usr/share/python3/debian_defaults share
echo "file|-|$site/half/no.py" >share/bcep/half
mount --bind share /usr/share/python3
unpack half half/__init__.py half/no.py
script half postinst configure
trigger 0 dpkg /srv
absent "$(pyc "$site/half/no.py")"
there "$(pyc "$site/half/__init__.py")"
rm -f "$site/__pycache__/hand.$TAG.pyc"
trigger 0 dpkg /srv
absent "$(pyc "$site/half/no.py")" "$(pyc "$site/hand.py")"
rm -rf "$site/half" db/info/half.list
expect looks "a removal without scripts"
for edition in 1 2; do
	echo "$T/private/p.py" >list.new
	src private/p.py
	mv list.new db/info/private.list
	py3compile -p private "$T/private"
	expect leaves "private modules, $edition"
	script private prerm upgrade 2
done
rm db/info/private.list
expect leaves "private modules that went"

# What decides besides packages: the policy, diversions. And a memory that was lost.
script lib prerm upgrade 7
unpack lib lib/__init__.py lib/d.py
script lib postinst configure 6
echo 'defaults: {optimize: [0, 1]}' >>/etc/pycsync/policy.yaml
expect looks "another policy"
there "$(pyc "$site/lib/d.py" 1)"
printf '/x\n/y\n:\n' >db/diversions
expect looks "diversions"
expect leaves "the same again"
rm /var/lib/pycsync/memory
expect looks "no memory"

# Two architectures of a package have the same sources: when one goes, the other keeps its bytecode.
for arch in amd64 i386; do
	unpack same:$arch same/s.py
	script same:$arch postinst configure
done
expect looks "the first row after the memory was lost"
expect leaves "two architectures"
script same:i386 prerm remove
rm db/info/same:i386.list
expect looks "one of two architectures went"

# What is excluded any more, or no more, without its list being another.
unpack half half/__init__.py half/no.py
script half postinst configure
trigger 0 dpkg /srv
absent "$(pyc "$site/half/no.py")"
rm share/bcep/half
expect looks "an exclusion went"
there "$(pyc "$site/half/no.py")"

# A list may name what is in /usr/lib by way of /lib.
mount -t tmpfs lib /usr/lib/python3/dist-packages || skip "no tmpfs on dist-packages"
printf 'trees: [%s, /usr/lib/python3/dist-packages]\n' $site >>/etc/pycsync/policy.yaml
sed -i '/^trees: .*packages\]$/!b; /, /!d' /etc/pycsync/policy.yaml
expect looks "another tree"
src /usr/lib/python3/dist-packages/q/m.py
printf '%s\n' "$site/r.py" /lib/python3/dist-packages/q/m.py >db/info/q.list
src "$site/r.py"
script q postinst configure
expect looks "a source by way of a link"
there "$(pyc /usr/lib/python3/dist-packages/q/m.py)"

# Without pycsync's trigger nothing is left to it.
rm db/info/pycsync.triggers
script lib prerm upgrade 8
absent "$(pyc "$site/lib/d.py")"
