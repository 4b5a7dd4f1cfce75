# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory that its owner exchanges with another one, after a source in it was read, has no code put
# into the other one's caches.
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"

# world OWNER: eve's directory with two sources, and another one's with sources of the same names, beside it
# and inside of eve's.
world() {
	rm -rf t
	src t/eve/lib/a.py 'x = "EVIL"' '# the longer one is compiled first'
	src t/eve/lib/b.py 'x = "EVIL"'
	own $EVE t/eve
	for dir in t/other/lib t/eve/other; do
		src $dir/a.py 'x = "good"' '# the longer one is compiled first'
		src $dir/b.py 'x = "good"'
		fake_pyc $dir/__pycache__/a.$TAG.pyc
		own "$1" $dir
	done
	own "$1" t/other
	settle
}

# attack OWNER HOW OTHER SWAP BACK: the scripts work in t/eve.
attack() {
	how=$2
	world "$1"
	look "t/$3" >before
	echo "cd t/eve; $4; cd ../.." | at compile
	# Back again when something was made of it, so that a second look at the source finds it.
	echo "sleep 0.3; cd t/eve; $5; cd ../.." | at result
	go 0,1,2 "$how" eve/lib
	did compile result
	how="$2, $3 of $1"
	! grep -rqF EVIL "t/$3" || wrong "$how: holds eve's code: $(grep -rlF EVIL "t/$3")"
	same "t/$3"
}

for owner in $VIC 0; do
	for way in typed tree trigger stage; do
		attack $owner $way other/lib 'as $EVE mv lib aside; as $EVE ln -s ../other/lib lib' \
			'as $EVE rm lib; as $EVE mv aside lib'
		attack $owner $way eve/other 'as $EVE mv lib aside; as $EVE mv other lib' \
			'as $EVE mv lib other; as $EVE mv aside lib'
	done
done
verdict
