# SPDX-License-Identifier: LGPL-2.1-or-later
# What a user may not read does not become the user's as bytecode: not by a __pycache__ in root's directory, nor by
# the group of a directory, nor by the caches below a prefix. What may be read is compiled there.
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"

SECRET=open-sesame
TEAM=61200 # a group that root's sources are of

# as_team COMMAND...: eve, who is one of the team.
as_team() {
	setpriv --reuid=$EVE --regid=$EVE --groups=$TEAM "$@"
}

# told: nothing of it is in what eve can read, and each source without a pyc is named once.
told() {
	for file in $(find t -name '*.pyc'); do
		! as $EVE grep -aqsF $SECRET "$file" || wrong "$how: $file tells $SECRET"
	done
}

# refused NAME...: it has no pyc, and one line says why.
refused() {
	for name in "$@"; do
		[ -z "$(find t -name "$name.*.pyc")" ] || wrong "$how: there is a pyc of $name.py"
		[ "$(grep -acF "/$name.py: " err || :)" = 1 ] || wrong "$how: $name.py is on $(grep -acF "/$name.py: " err || :) lines"
	done
}

# made NAME...
made() {
	for name in "$@"; do
		[ -n "$(find t -name "$name.*.pyc")" ] || wrong "$how: no pyc of $name.py: $(cat err)"
	done
}

for way in typed tree trigger stage; do
	# Root's directory, in which eve was quicker to make the __pycache__.
	for mode in 1777 2775; do
		how="$way, __pycache__ of eve's, $mode"
		rm -rf t
		src t/srv/lib/open.py
		src t/srv/lib/private.py "KEY = '$SECRET'"
		src t/root/code.py "KEY = '$SECRET'"
		src t/srv/lib/vic.py "KEY = '$SECRET'"
		chmod 600 t/srv/lib/private.py t/srv/lib/vic.py
		chmod 700 t/root
		chown $VIC:$VIC t/srv/lib/vic.py
		chown 0:$TEAM t/srv/lib
		chmod $mode t/srv/lib
		as_team mkdir t/srv/lib/__pycache__
		as_team ln -s ../../root/code.py t/srv/lib/code.py
		go 0,1 $way srv/lib
		told
		refused private vic
		made open
	done

	# A directory of hers with a group that she is not in.
	how="$way, group of the directory"
	rm -rf t
	src t/srv/app/open.py
	src t/srv/app/team.py "KEY = '$SECRET'"
	src t/root/code.py "KEY = '$SECRET'"
	ln -s ../../root/code.py t/srv/app/code.py
	chown 0:$TEAM t/srv/app/team.py t/root t/root/code.py
	chmod 640 t/srv/app/team.py t/root/code.py
	chmod 750 t/root t/srv/app
	chown $EVE:$TEAM t/srv/app
	chown -h $EVE:$TEAM t/srv/app/code.py
	go 0,1 $way srv/app
	told
	refused team code
	made open
	[ "$(stat -c %u:%g t/srv/app/__pycache__ "$(pyc t/srv/app/open.py)" | sort -u)" = $EVE:$TEAM ] ||
		wrong "$how: owners $(stat -c %u:%g t/srv/app/__pycache__ "$(pyc t/srv/app/open.py)" | xargs)"
done

# Below a prefix: a directory of root's in one of hers, whose mirror is hers; and one of root's in which all may make
# files, in whose mirror nobody else may, as whoever renames a directory there puts caches in the place of root's.
how=prefix
rm -rf t
src t/eve/root/private.py "KEY = '$SECRET'"
src t/eve/root/open.py
chmod 600 t/eve/root/private.py
chown $EVE:$EVE t/eve
src t/pub/app/a.py
chmod 1777 t/pub
mkdir t/pfx
printf 'version: 1\npycache-prefix: %s/t/pfx\n' "$T" | policy
try 1 "$PROGRAM" sync -j 1 --policy policy.yaml --python "$PY" t/eve t/pub
told
refused private
made open a
mirror=t/pfx$T/t/pub
[ $((0$(stat -c %a "$mirror") & 022)) = 0 ] || wrong "$how: mode $(stat -c %a "$mirror")"
! as $EVE mv "$mirror/app" "$mirror/old" 2>err || wrong "$how: eve renames what is root's"
try 0,1 "$PROGRAM" verify --policy policy.yaml --python "$PY" t/pub
! grep -q exposed out || wrong "$how: verify finds $(grep exposed out)"
verdict
