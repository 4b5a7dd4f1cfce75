# SPDX-License-Identifier: LGPL-2.1-or-later
# The same on a file system that is mounted read-only: only what is stale fails.
. "$LIB/case.sh"
need_root
need unshare
unshare -m true 2>err || skip "no mount namespaces: $(cat err)"

src t/a.py
src t/b.py
run 0 t
settle
touch t/b.py
want=1 got=0
# shellcheck disable=SC2016
unshare -m sh -c 'mount --bind t t && mount -o remount,ro,bind t && "$@"' - \
	"$PYCSYNC" sync --python "$PY" --json "$T/t" >out 2>err || got=$?
judge sync
once "$T/t/b.py"
totals compiled=0 fresh=1 failed=1
