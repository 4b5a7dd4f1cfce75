# SPDX-License-Identifier: LGPL-2.1-or-later
# A file of a staging root that is written anew, a RECORD or a pyc, gives its owner no rights: neither those of its
# directory's group, which the owner is not in, nor root's where it cannot be given back.
. "$LIB/case.sh"
. "$LIB/attack.sh"
how=record
G=4321
I=d/usr/lib/python3/dist-packages/x.dist-info

# staged MODE: eve's, in a directory of hers with another group.
staged() {
	rm -rf d
	mkdir -p $I
	printf 'x/gone.pyc,sha256=abc,1\n%s/a.py,,\n' x >$I/RECORD
	src d/usr/lib/python3/dist-packages/x/a.py
	own $EVE d
	chown $EVE:$G $I
	as $EVE chmod "$1" $I/RECORD
}

for program in "$PYCSYNC" "setpriv --bounding-set -chown --inh-caps -chown $PYCSYNC"; do
	for mode in 2755 4755 6777 640 664; do
		staged $mode
		[ "$(stat -c %a $I/RECORD)" = $mode ] || fail "mode $mode is not set"
		# shellcheck disable=SC2086 # a command
		try 0 $program stage "$T/d"
		! grep -q gone $I/RECORD || fail "it was not written anew"
		[ -z "$(find $I/RECORD -perm /7000)" ] || fail "$mode: $(ls -n $I/RECORD)"
		# Another group may do what all may.
		case $(stat -c '%g %a' $I/RECORD) in
		"$G "*00 | "$G "*44 | "$G "*55 | "$G "*77) ;;
		"$G "*) fail "$mode: $(ls -n $I/RECORD)" ;;
		esac
	done
done
