# SPDX-License-Identifier: LGPL-2.1-or-later
# What dpkg's lists name is dpkg's, by whatever path through a merged /usr.
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
	try "$wanted" "$PYCSYNC" sync --root t --policy policy.yaml "$@"
}
# list NAME PATH...: the list of a package.
list() {
	name=$1
	shift
	printf '%s\n' /. "$@" >$info/"$name".list
}
# stanza NAME STATE ARCHITECTURE
stanza() {
	printf 'Package: %s\nStatus: deinstall ok %s\nArchitecture: %s\nDescription: x\n y\n\n' "$@"
}

mkdir -p $info t/var/lib/dpkg/updates
echo 1 >$info/format
ln -s usr/lib t/lib
src t/$site/a.py
src t/$site/b.py
src t/$site/c.py
src t/$site/d.py
src t/$site/mine.py
fake_pyc "$(pyc t/$site/a.py)"
cp "$(pyc t/$site/a.py)" shipped
list one /usr /usr/lib /usr/lib/python3 /$site /$site/__pycache__ /$site/__pycache__/a.$TAG.pyc
list libtwo:amd64 /$site /$site/__pycache__/b.cpython-39.opt-2.pyc
list three /lib /lib/python3/dist-packages /lib/python3/dist-packages/c.pyc
list "odd" "/usr/share/$(printf '%100000s' x)" /$site/__pycache__/mine.py.pyc /$site/d.pycx
: >$info/empty.list
go 0
cmp shipped "$(pyc t/$site/a.py)" || fail "a package's pyc was written"
absent "$(pyc t/$site/b.py)" "$(pyc t/$site/c.py)"
there "$(pyc t/$site/mine.py)" "$(pyc t/$site/d.py)"

# Diversions: what a package has in its list is elsewhere, except for who diverts.
printf '%s\n' /$site/__pycache__/a.$TAG.pyc /$site/__pycache__/d.$TAG.pyc : \
	/$site/__pycache__/b.cpython-39.opt-2.pyc /srv/b.pyc libtwo >t/var/lib/dpkg/diversions
rm t/$site/__pycache__/*
go 0
there "$(pyc t/$site/a.py)"
absent "$(pyc t/$site/b.py)" "$(pyc t/$site/d.py)"
rm t/var/lib/dpkg/diversions

# A package's empty directory stays; that of a package that was removed but not purged goes.
for name in there removed again gone:i386 gone:amd64; do
	mkdir -p t/$site/"$name"
	src t/$site/"$name"/x.py
	list "$name" /$site "/$site/$name"
done
list conf /etc /etc/conf /$site/removed
{
	stanza there installed all
	stanza removed config-files all
	stanza conf config-files all
	stanza again config-files all
	stanza gone config-files i386
	stanza gone installed amd64
} >t/var/lib/dpkg/status
stanza again installed all >t/var/lib/dpkg/updates/0001
stanza again config-files all >t/var/lib/dpkg/updates/tmp.i
go 0
rm -r t/$site/*/x.py
go 0
there t/$site/there t/$site/again t/$site/gone:amd64
absent t/$site/removed t/$site/gone:i386 t/$site/there/__pycache__

# A directory that was moved, and a link in its place: packages know the link.
list moved /$site/moved/__pycache__/m.$TAG.pyc
src t/srv/moved/m.py
ln -s /srv/moved t/$site/moved
go 0 /$site/moved/m.py
absent "$(pyc t/srv/moved/m.py)"

# What cannot be read, or is not whole, may own anything.
broken() {
	src t/$site/new.py
	go 1 /$site/new.py
	once "what a package may own is left alone"
	says "dpkg's database"
	says "$1"
	absent "$(pyc t/$site/new.py)"
}
printf '/%s\n/%s/__pyc' $site $site >$info/cut.list
broken cut.list
rm $info/cut.list && mkdir $info/dir.list
broken dir.list
rmdir $info/dir.list && mkfifo $info/fifo.list
broken fifo.list
rm $info/fifo.list
printf '/a\n/b\n' >t/var/lib/dpkg/diversions
broken diversions
rm t/var/lib/dpkg/diversions
echo 2 >$info/format
broken format
echo 1 >$info/format
mv $info info # no database at all
go 0 /$site/new.py
rm "$(pyc t/$site/new.py)"
mv info $info
if ! is_root; then
	chmod 0 $info
	broken info
	chmod 755 $info
fi
# Lists come and go while dpkg works, whole each time.
(while :; do
	printf '/%s\n' $site >$info/new.list-new && mv $info/new.list-new $info/new.list && rm $info/new.list
done) 2>/dev/null &
writer=$!
for i in 1 2 3 4 5; do
	src t/$site/new.py "x = $i"
	go 0 /$site/new.py
done
kill $writer
