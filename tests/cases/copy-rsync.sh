# SPDX-License-Identifier: LGPL-2.1-or-later
# A root that rsync copied, with its state and without, and then brought up to date.
. "$LIB/copy.sh"
need rsync
made_root
rsync -aH root/ with
rsync -aH root/ without
same_with_state with
renewed without
same_without_state without

settle
rewrite root/usr/b.py "assert len, '''B'''"
at root 0 sync --json
totals compiled=3
rsync -aHc root/ with
at with 0 verify --fail-on note
at with 0 sync --json
totals compiled=0 restamped=0
same_code with
