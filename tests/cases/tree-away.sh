# SPDX-License-Identifier: LGPL-2.1-or-later
# A tree on another file system, whose server may be away, is not looked at by a trigger that was told of nothing
# there; what it is told of is named as the policy has it there, too.
. "$LIB/case.sh"
own_state
need strace
not_with_asan "strace and its leak detector"

mkdir far other
mount -t tmpfs far far || skip "no tmpfs can be mounted"
mount -t tmpfs other other
src far/lib/f.py
src far/python3.11/g.py
src far/a/x.py
src far/b/y.py
ln -s lib far/app
ln -s "$T/far/b" far/absolute
ln -s ../a far/b/upwards
ln -s far/lib link
src t/a.py
mkdir -p versions/python3.11/site others/python3.9 ways
ln -s "$T/other" versions/python3.10
mount -t tmpfs other others/python3.9
mount -t tmpfs other versions/python3.11/site
policy <<END
version: 1
trees:
  - $T/t
  - {path: $T/far/app, optimize: [1]}
  - $T/far/none
  - $T/link
  - "$T/far/python{version}"
  - {path: $T/far/absolute, optimize: [1]}
  - {path: $T/far/b/upwards, optimize: [2]}
  - "$T/versions/python{version}"
  - "$T/versions/python{version}/site"
  - "$T/others/python{version}"
END

"$PYCSYNC" sync -q --policy policy.yaml --python "$PY"
clear() {
	find . -name '*.pyc' -delete
}
clear
printf '%s/t/a.py\n' "$T" >list
try 0 strace -f -o trace -e trace=%file "$PYCSYNC" trigger rpm-in --python "$PY" --policy policy.yaml <list
[ ! -s err ] || fail "words"
there "$(pyc t/a.py)"
away='"[^"]*/(far|link|other|python3.9|python3.10|site)[/"]'
grep -qE "$away.*RESOLVE_NO_XDEV" trace || fail "what is looked for has another name"
! grep -E "$away" trace | grep -v RESOLVE_NO_XDEV || fail "looked at what is away"

# Told of something there, by whatever names the trees lead there.
clear
printf "$T/%s\n" far/lib/f.py far/a/x.py far/b/y.py | trigger 0 rpm-in --python "$PY" --policy policy.yaml
there "$(pyc far/lib/f.py 1)" "$(pyc far/a/x.py 2)" "$(pyc far/b/y.py 1)"
[ "$(find . -name '*.pyc' | wc -l)" = 3 ] || fail "too much: $(find . -name '*.pyc')"
run 0 --policy policy.yaml --json
totals sources=5 compiled=2 fresh=3

# A call that fails on the way is no answer: what was not done for it is told of.
for call in openat2 openat fstat newfstatat readlinkat; do
	n=0 hit=1
	while [ $hit = 1 ] && [ $n -lt 60 ]; do
		n=$((n + 1))
		find far -name '*.pyc' -delete
		echo "$T/far/lib/f.py" >list
		strace -o trace -e trace=$call -e inject=$call:error=EIO:when=$n -P "$T/far" -P "$T/far/lib" -P "$T/far/app" \
			"$PYCSYNC" trigger rpm-in --python "$PY" --policy policy.yaml <list >out 2>err || fail "a trigger: $call $n"
		grep -q INJECTED trace || hit=0
		grep -q '^pycsync: ' err && continue
		there "$(pyc far/lib/f.py 1)"
		absent "$(pyc far/lib/f.py)"
	done
	[ $call != openat2 ] || [ $n -gt 3 ] || fail "$n calls of $call"
done

# So it is where the trees that a manager names lie on another file system than the root's.
mkdir -p r/usr r/opt
mount -t tmpfs usr r/usr
dist=usr/lib/python3/dist-packages
src r/$dist/m.py
src r/$dist/app/a.py
ln -s ../$dist/app r/opt/app
printf 'version: 1\ntrees: [/%s, {path: /opt/app, optimize: [1]}]\n' $dist | policy
trigger 0 dpkg --root r --policy policy.yaml --python "$PY" /$dist
there "$(pyc r/$dist/m.py)" "$(pyc r/$dist/app/a.py 1)"
[ "$(find r -name '*.pyc' | wc -l)" = 2 ] || fail "too much: $(find r -name '*.pyc')"

# One directory that is in two places is worked on once, and by the name of a tree, the first of several.
mkdir one two
src one/x.py
src one/sub/y.py
mount --bind one two
printf 'version: 1\ntrees: [{path: %s/two, optimize: [1]}]\n' "$T" | policy
printf "$T/%s\n" one/x.py two/x.py | trigger 0 rpm-in --policy policy.yaml --python "$PY"
there "$(pyc one/x.py 1)"
absent "$(pyc one/x.py)"
printf 'version: 1\ntrees: [{path: %s/one, optimize: [1]}, {path: %s/two, optimize: [2]}]\n' "$T" "$T" | policy
run 0 --policy policy.yaml --json
totals sources=2 compiled=1 fresh=1
for names in two two/x.py "two/sub one" "one/sub two/x.py"; do
	# shellcheck disable=SC2086 # several
	run 0 --policy policy.yaml --json $names
	totals compiled=0 removed=0
done
run 0 --policy policy.yaml --json two/sub one
totals sources=2 fresh=2
