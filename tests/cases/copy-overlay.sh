# SPDX-License-Identifier: LGPL-2.1-or-later
# Layers of an image: the pycs are in one below, and a layer above brings sources as they were, touched, changed,
# and takes one away.
. "$LIB/copy.sh"
need_root
made_root
cp -a root lower
mkdir upper work merged
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged 2>err ||
	skip "overlayfs cannot be mounted: $(head -n 1 err)"
trap 'umount merged' EXIT
same_with_state merged

# What is copied up has another ctime.
settle
chmod 644 merged/usr/a.py
renewed merged
[ "$(doubtful merged)" = 9 ] || fail "no doubts"
at merged 0 verify --fail-on note
rewrite merged/usr/b.py "assert len, '''B'''"
touch -d @1500000000 merged/usr/c.py
at merged 1 verify --json
[ "$(found stale-content) $(found stale-mtime)" = "3 3" ] || fail "not all is found"
at merged 0 sync --json
totals compiled=3 restamped=3 fresh=3 removed=0
same_code merged
rm merged/usr/a.py
at merged 0 sync --json
totals removed=3 compiled=0

# The layers below are as they were.
same_with_state lower
