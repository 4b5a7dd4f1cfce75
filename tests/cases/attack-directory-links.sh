# SPDX-License-Identifier: LGPL-2.1-or-later
# A link of a user's that leads into a directory of somebody else's is not followed, wherever it stands on the
# way: one message names the link, its owner and where it leads. Links of root's are followed.
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"

# world OWNER: the directory that links lead to is that user's.
world() {
	rm -rf t
	src t/other/lib/a.py
	src t/other/lib/sub/b.py
	fake_pyc t/other/lib/__pycache__/gone.$TAG.pyc
	own "$1" t/other
	mkdir t/eve t/srv
	src t/eve/own/a.py
	mkdir t/tmp
	chmod 1777 t/tmp
	own $EVE t/eve
	as $EVE ln -s ../other/lib t/eve/link
	as $EVE ln -s ../other t/eve/above
	as $EVE ln -s ../other/lib t/tmp/link
	as $EVE ln -s own t/eve/hers
	ln -s ../other/lib t/srv/link
	settle
	look t/other >before
}

# refused STATUS PATH LINK TARGET
refused() {
	world $owner
	how="$way, $2 of $owner"
	go 0,1 $way "$2"
	# shellcheck disable=SC2154 # set by try
	[ "$got" = "$1" ] || wrong "$how: status $got"
	same t/other
	names "$3" $EVE "$4"
}

for owner in $VIC 0; do
	for way in typed tree trigger; do
		status=1
		[ $way != trigger ] || status=0
		refused $status eve/link eve/link other/lib
		refused $status eve/link/sub eve/link other/lib
		refused $status eve/above/lib eve/above other
		refused $status tmp/link tmp/link other/lib

		world $owner
		how="$way, root's link to $owner"
		go 0 $way srv/link
		there "$(pyc t/other/lib/a.py)"
		[ -z "$(find t/other ! -user $owner)" ] || wrong "$how: $(find t/other ! -user $owner)"

		how="$way, eve's link to her own"
		go 0 $way eve/hers
		there "$(pyc t/eve/own/a.py)"
	done
	for word in "" --all; do
		world $owner
		how="clean $word of $owner"
		try 0,1 "$PROGRAM" clean $word t/eve/link
		[ "$got" = 1 ] || wrong "$how: status $got"
		same t/other
		names eve/link $EVE other/lib
	done
done
verdict
