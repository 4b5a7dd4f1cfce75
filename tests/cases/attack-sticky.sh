# SPDX-License-Identifier: LGPL-2.1-or-later
# In a directory in which everybody may make files, a __pycache__ that root makes is root's alone to write to;
# a link of that name is not followed. (One that a user made: attack-private.)
# slow
. "$LIB/case.sh"
. "$LIB/attack.sh"

for mode in 1777 1775 3777; do
	for way in typed tree trigger stage; do
		how="$way, $mode"
		rm -rf t
		src t/srv/tmp/a.py
		chmod $mode t/srv/tmp
		go 0,1,2 $way srv/tmp
		[ -d t/srv/tmp/__pycache__ ] || { wrong "$how: no __pycache__" && continue; }
		made=$(stat -c %a t/srv/tmp/__pycache__)
		[ $((0$made & 01022)) = 0 ] || wrong "$how: __pycache__ has mode $made"
		[ "$(stat -c %u t/srv/tmp/__pycache__)" = 0 ] || wrong "$how: it is not root's"
		! as $EVE touch t/srv/tmp/__pycache__/evil 2>err || wrong "$how: eve writes to it"
	done
done

# A link in place of __pycache__, of eve's, to root's and to her own.
for to in root/lib eve; do
	for way in typed tree trigger; do
		how="$way, linked to $to"
		rm -rf t
		src t/srv/tmp/a.py
		chmod 1777 t/srv/tmp
		mkdir -p t/root/lib t/eve
		own $EVE t/eve
		as $EVE ln -s ../../$to t/srv/tmp/__pycache__
		look t/$to >before
		go 0,1 $way srv/tmp
		same t/$to
		[ "$(grep -acF srv/tmp err || :)" -ge 1 ] || wrong "$how: nothing is said"
	done
done

# compile follows the links that an administrator made, as compileall does, and not those of others.
how=compile
rm -rf t
src t/eve/lib/a.py 'x = 1'
own $EVE t/eve
mkdir -p t/root/lib
look t/root/lib >before
as $EVE ln -s ../../root/lib t/eve/lib/__pycache__
try 0,1 "$PROGRAM" compile --python "$PY" t/eve/lib
same t/root/lib
verdict
