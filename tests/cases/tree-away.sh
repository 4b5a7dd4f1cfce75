# SPDX-License-Identifier: LGPL-2.1-or-later
# A tree on another file system, whose server may be away, is not looked at by a trigger that was told of nothing
# there; what it is told of is named as the policy has it there, too.
. "$LIB/case.sh"
own_state
need strace
not_with_asan "strace and its leak detector"

mkdir far
mount -t tmpfs far far || skip "no tmpfs can be mounted"
src far/lib/f.py
src far/python3.11/g.py
ln -s lib far/app
ln -s far/lib link
src t/a.py
policy <<END
version: 1
trees: [$T/t, {path: $T/far/app, optimize: [1]}, $T/far/none, $T/link, "$T/far/python{version}"]
END

printf '%s/t/a.py\n' "$T" | trigger 0 rpm-in --python "$PY" --policy policy.yaml
there "$(pyc t/a.py)"
rm -r t/__pycache__
printf '%s/t/a.py\n' "$T" >list
try 0 strace -f -o trace -e trace=%file "$PYCSYNC" trigger rpm-in --python "$PY" --policy policy.yaml <list
there "$(pyc t/a.py)"
grep -qE '"[^"]*(far|link)[/"].*RESOLVE_NO_XDEV' trace || fail "what is looked for has another name"
! grep -E '"[^"]*/(far|link)[/"]' trace | grep -v RESOLVE_NO_XDEV || fail "looked at what is away"

printf '%s/far/lib/f.py\n' "$T" | trigger 0 rpm-in --python "$PY" --policy policy.yaml
there "$(pyc far/lib/f.py 1)"
absent "$(pyc far/lib/f.py)" far/python3.11/__pycache__
run 0 --policy policy.yaml --json
totals sources=3 compiled=1 fresh=2
