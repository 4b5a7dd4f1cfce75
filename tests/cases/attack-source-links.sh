# SPDX-License-Identifier: LGPL-2.1-or-later
# A link that is called as a source and leads to what its owner may not read tells nothing of it: neither in a
# pyc nor in a message. It is named once. Links to what the owner may read are compiled.
. "$LIB/case.sh"
. "$LIB/attack.sh"

SECRET=open-sesame
# world: links in eve's directory, and what they lead to.
world() {
	rm -rf t
	src t/root/code.py "KEY = '$SECRET-1'"
	src t/root/text.py "$SECRET-2 = ("
	chmod 700 t/root
	src t/etc/shadow.py "$SECRET-3:*:19000:0:99999:7:::"
	chmod 640 t/etc/shadow.py
	src t/vic/private.py "KEY = '$SECRET-4'"
	chmod 600 t/vic/private.py
	src t/vic/closed/code.py "KEY = '$SECRET-5'"
	chmod 700 t/vic/closed
	src t/vic/open.py "KEY = '$SECRET-6'"
	own $VIC t/vic
	src t/share/world.py 'KEY = "for all"'
	src t/eve/src/real.py 'KEY = "her own"'
	mkdir t/eve/lib
	ln -s ../src/real.py t/eve/lib/own.py
	ln -s ../../share/world.py t/eve/lib/world.py
	for target in root/code root/text etc/shadow vic/private vic/closed/code vic/open; do
		ln -s ../../$target.py "t/eve/lib/$(echo $target | tr / _).py"
	done
	own $EVE t/eve
}

# told TEXT...: in a pyc of eve's, or said.
told() {
	for text in "$@"; do
		! grep -aqF -- "$text" out || wrong "$how: stdout tells $text"
		! grep -aqF -- "$text" err || wrong "$how: stderr tells $text"
		! grep -arqF --include='*.pyc' -- "$text" t/eve ||
			wrong "$how: a pyc tells $text: $(grep -arlF --include='*.pyc' -- "$text" t/eve)"
	done
}

# bare PATH...: it has no pyc, and is named once.
bare() {
	for link in "$@"; do
		[ ! -e "$(pyc "t/eve/lib/$link.py")" ] || wrong "$how: there is a pyc of $link.py"
		[ "$(grep -acF "eve/lib/$link.py" err || :)" = 1 ] ||
			wrong "$how: $link.py is on $(grep -acF "eve/lib/$link.py" err || :) lines of stderr"
	done
}

for how in typed tree trigger stage; do
	world
	go 0,1,2 $how eve/lib
	told $SECRET-1 $SECRET-2 $SECRET-3 $SECRET-4 $SECRET-5 $SECRET-6
	bare root_code root_text etc_shadow vic_private vic_closed_code vic_open
	for link in own world; do
		[ -e "$(pyc t/eve/lib/$link.py)" ] || wrong "$how: no pyc of $link.py"
	done
	[ -z "$(find t/eve ! -user $EVE)" ] || wrong "$how: not eve's: $(find t/eve ! -user $EVE)"
done

# Files of the system and of the kernel. What is read of the latter may be lost by that.
line=$(head -n 1 /etc/shadow)
how="system files"
rm -rf t
mkdir -p t/eve/lib
ln -s /etc/shadow t/eve/lib/shadow.py
ln -s /proc/version t/eve/lib/version.py
ln -s /sys/kernel/mm/transparent_hugepage/enabled t/eve/lib/sys.py
ln -s /dev/null t/eve/lib/null.py
own $EVE t/eve
go 0,1 typed eve/lib
told "$line" "$(cut -d ' ' -f 1-3 /proc/version)" 'always ['
bare shadow version
[ -z "$(find t/eve -name '*.pyc')" ] || wrong "$how: $(find t/eve -name '*.pyc')"

# A link that comes when the source was looked at and not read yet.
how="exchanged before it is read"
rm -rf t
src t/root/code.py "KEY = '$SECRET-1'"
chmod 700 t/root
src t/eve/lib/a.py 'x = 1'
src t/eve/lib/b.py 'x = 1'
own $EVE t/eve
echo 'as $EVE ln -sf ../../root/code.py t/eve/lib/a.py; as $EVE ln -sf ../../root/code.py t/eve/lib/b.py' | at start
go 0,1 typed eve/lib
did start
told $SECRET-1
verdict
