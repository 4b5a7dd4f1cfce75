# SPDX-License-Identifier: LGPL-2.1-or-later
# A commit of ostree has no times: what is checked out has mtime 0, and the headers of all pycs are wrong. With
# the state they are restamped.
. "$LIB/copy.sh"
need ostree
made_root
ostree init --repo=repo --mode=bare-user-only
ostree commit --repo=repo -b image --tree=dir=root --canonical-permissions >out 2>err ||
	skip "ostree cannot commit here: $(head -n 1 err)"
ostree checkout --repo=repo -U image linked
[ "$(stat -c %Y linked/usr/a.py)" = 0 ] || fail "the mtime is not 0"
cp -a linked with
cp -a linked without
rm -r linked

at with 1 verify --json
[ "$(found stale-mtime)" = 9 ] || fail "$(found stale-mtime) mtimes are wrong"
at with 0 clean --json
totals removed=0
at with 0 sync --json
totals compiled=0 restamped=9 removed=0
at with 0 sync --json
totals compiled=0 restamped=0 fresh=9
same_code with
at with 0 verify --fail-on note

rm -r without/var
at without 0 sync --json
totals compiled=9 removed=0
same_code without

# Committed with the times that it will have, everything is right: also where files are links into the repo.
find with -exec touch -h -d @0 {} +
at with 0 sync --json
totals compiled=0
ostree commit --repo=repo -b image --tree=dir=with --canonical-permissions >out
ostree checkout --repo=repo -U image linked
at linked 0 verify
says "nothing wrong"
at linked 0 verify --deep --fail-on note
at linked 0 sync -n --json
totals restamped=0
