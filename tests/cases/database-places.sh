# SPDX-License-Identifier: LGPL-2.1-or-later
# Databases in other places, as the managers' configuration in the root names them: they are asked as well
# as the usual ones. One that is named and cannot be read may own anything.
. "$LIB/case.sh"

site=usr/lib/python3/dist-packages
policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees: [/usr/lib/python3/dist-packages]
END
# pacman_db PLACE FILE, dpkg_db PLACE FILE: a database with one package, which ships a pyc of FILE.
pacman_db() {
	mkdir -p "$1/local/own-1-1"
	echo 9 >"$1/local/ALPM_DB_VERSION"
	printf '%%FILES%%\n%s\n%s\n\n' "$site/$2.py" "$site/__pycache__/$2.$TAG.pyc" >"$1/local/own-1-1/files"
}
dpkg_db() {
	mkdir -p "$1/info"
	printf '/.\n/%s\n/%s\n' "$site/$2.py" "$site/__pycache__/$2.$TAG.pyc" >"$1/info/own.list"
}
# compiled NAME...: just these, of the four sources.
compiled() {
	rm -rf "t/$site/__pycache__"
	try "$status" "$@"
	for name in pacman dpkg default free; do
		case " $names " in
		*" $name "*) there "$(pyc "t/$site/$name.py")" ;;
		*) absent "$(pyc "t/$site/$name.py")" ;;
		esac
	done
}
go() {
	status=$1 names=$2
	compiled "$PYCSYNC" sync --root t --policy policy.yaml
}
for name in pacman dpkg default free; do
	src t/$site/$name.py
done
dpkg_db t/var/lib/dpkg default
pacman_db t/srv/pacman pacman
dpkg_db t/srv/dpkg dpkg
mkdir -p t/etc/dpkg/dpkg.cfg.d t/etc/pacman.d
go 0 'pacman dpkg free'
printf '[options]\n#DBPath = /srv/none\n  DBPath=/srv/pacman/ \n' >t/etc/pacman.conf
go 0 'dpkg free'
printf '# x\nadmindir "/srv/dpkg"\n' >t/etc/dpkg/dpkg.cfg.d/site
go 0 free
# What is no file of dpkg's, and what dpkg.cfg overrides, is not heeded.
mv t/etc/dpkg/dpkg.cfg.d/site t/etc/dpkg/dpkg.cfg.d/site.dpkg-old
go 0 'dpkg free'
echo admindir=/srv/other >t/etc/dpkg/dpkg.cfg.d/site
echo admindir=/srv/dpkg >t/etc/dpkg/dpkg.cfg
go 0 free
rm t/etc/dpkg/dpkg.cfg t/etc/dpkg/dpkg.cfg.d/site
# What is included at its place; not what a pattern would stand for.
mv t/etc/pacman.conf t/etc/pacman.d/db
printf '[options]\nInclude = /etc/pacman.d/*\n' >t/etc/pacman.conf
go 0 'pacman dpkg free'
printf '[options]\nInclude = /etc/pacman.d/db\n' >t/etc/pacman.conf
go 0 'dpkg free'
echo 'Include = /etc/pacman.conf' >>t/etc/pacman.d/db
go 1 ''
says "pacman's database is not known: /etc/pacman.conf: "
# Named and not there, and a root elsewhere.
printf '[options]\nDBPath = /srv/gone\n' >t/etc/pacman.conf
go 1 ''
once "pacman's database cannot be read: /srv/gone: No such file"
printf '[options]\nRootDir = /mnt\n' >t/etc/pacman.conf
go 1 ''
says 'it sets RootDir'
printf '[options]\nRootDir = /\nDBPath = /var/lib/pacman/\n' >t/etc/pacman.conf
go 0 'pacman dpkg free'
mkdir t/usr/lib/rpm
echo '%_dbpath /srv/gone' >t/usr/lib/rpm/macros
go 1 ''
once "rpm's database cannot be read: /srv/gone: No such file"
rm t/usr/lib/rpm/macros
# dpkg tells its scripts the place, of the host where they run outside of the root.
for place in /srv/dpkg "$T/t/srv/dpkg"; do
	status=0 names='pacman free'
	[ "$place" != /srv/dpkg ] || names='pacman dpkg free' # of the host
	compiled env DPKG_ADMINDIR="$place" "$PYCSYNC" trigger dpkg --root t --policy policy.yaml
done
compiled env DPKG_ADMINDIR="$T/t/srv/dpkg" "$PYCSYNC" trigger dpkg --root t --policy policy.yaml
names='pacman dpkg free'
compiled env DPKG_ADMINDIR="$T/t/srv/dpkg" "$PYCSYNC" sync --root t --policy policy.yaml
for bad in '' relative / "$T" "$T/t"; do
	compiled env DPKG_ADMINDIR="$bad" "$PYCSYNC" trigger dpkg --root t --policy policy.yaml
done
names=''
compiled env DPKG_ADMINDIR="$T/t/none" "$PYCSYNC" trigger dpkg --root t --policy policy.yaml
says "dpkg's database cannot be read: /none: No such file"
