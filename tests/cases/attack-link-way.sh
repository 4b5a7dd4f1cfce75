# SPDX-License-Identifier: LGPL-2.1-or-later
# A link shows its owner nothing that the owner may not read: where the way to its target is closed, the code of that is
# in no pyc, whosever the directory is that the link was put into. What the owner may read is compiled as ever.
. "$LIB/case.sh"
. "$LIB/attack.sh"

# world DIR MODE OWNER GROUP TARGET: where links are put, and whose their targets are.
world() {
	rm -rf t
	mkdir -p t/closed t/open "t/$1"
	for d in closed open; do
		echo 'KEY = "open-sesame"' >t/$d/settings.py
		chown "$5" t/$d t/$d/settings.py
	done
	chmod 700 t/closed
	chown $EVE:$EVE "t/$1"
	as $EVE ln -s ../closed/settings.py "t/$1/closed.py"
	as $EVE ln -s ../open/settings.py "t/$1/opened.py"
	as $EVE ln -s chain "t/$1/chained.py"
	as $EVE ln -s ../closed/settings.py "t/$1/chain"
	chown "$3:$4" "t/$1"
	chmod "$2" "t/$1"
	! as $EVE cat "t/$1/closed.py" >seen 2>&1 || fail "eve may read it"
	settle
}

for where in 'tmp 1777 0 0 0' "shared 2775 0 $EVE 0" "vics 2775 $VIC $EVE $VIC" "eves 755 $EVE $EVE 0"; do
	# shellcheck disable=SC2086 # its fields
	set -- $where
	for way in typed tree trigger compile; do
		world "$@"
		how="$way, $where"
		case $way in
		compile) try 1 bin/pycsync compile --python "$PY" "t/$1" ;;
		*) go 0,1 $way "$1" ;;
		esac
		! grep -qa open-sesame t/*/__pycache__/closed.* t/*/__pycache__/chained.* 2>seen || fail "$how: it is shown"
		case $way$1 in
		compilevics) ;; # there it is root's or the link's owner's, or refused
		*) there "$(pyc "t/$1/opened.py")" ;;
		esac
	done
done
