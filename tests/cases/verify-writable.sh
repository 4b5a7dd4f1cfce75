# SPDX-License-Identifier: LGPL-2.1-or-later
# A __pycache__ that others may write to: what they put there is run. verify names the fix, sync says it once.
. "$LIB/case.sh"
need_root
SITE=usr/lib/python3/dist-packages
ROOT=$T/t
for name in right world group sticky theirs root-group; do
	src "$ROOT/$SITE/$name/m.py"
done
src "$ROOT/$SITE/user/m.py"
src "$ROOT/$SITE/shared/m.py"
run 0 --root "$ROOT" "/$SITE"
chown -R 1234:1234 "$ROOT/$SITE/user" "$ROOT/$SITE/shared"
chmod 0777 "$ROOT/$SITE/world/__pycache__"
chgrp 1234 "$ROOT/$SITE/group/__pycache__"
chmod 0775 "$ROOT/$SITE/group/__pycache__" "$ROOT/$SITE/root-group/__pycache__"
chmod 1777 "$ROOT/$SITE/sticky/__pycache__"
chown 1234 "$ROOT/$SITE/theirs/__pycache__"
chmod 0777 "$ROOT/$SITE/user/__pycache__"
# A user's own group, as a umask of 002 makes it: who may write there may write the sources.
chmod 2775 "$ROOT/$SITE/shared" "$ROOT/$SITE/shared/__pycache__"
verify() {
	try "$1" "$PYCSYNC" verify --json --python "$PY" --root "$ROOT" --fail-on "$2" "/$SITE"
}
found() {
	sed -n 's|.*"finding": "\([a-z]*-cache\)", "severity": "\([a-z]*\)", "path": "[^"]*packages/\([-a-z]*\)/__pycache__".*"found": "\([^"]*\)".*|\1 \2 \3 \4|p' \
		"$T/out" | sort
}
verify 1 error
found >found
diff -u - found <<'END' || fail "see above"
exposed-cache error group mode 0775
exposed-cache error root-group mode 0775
exposed-cache error sticky mode 1777
exposed-cache error theirs owner 1234
exposed-cache error world mode 0777
writable-cache warning user mode 0777
END

run 0 --root "$ROOT" "/$SITE"
[ "$(grep -c 'others may write to it' err)" = 1 ] || fail "said once"
says "/__pycache__: others may write to it, and what they put there is run, as in further ones"

# The fixes fix it, and change nothing else.
tar -C "$ROOT" -cf t.tar usr
find "$ROOT" ! -name __pycache__ -printf '%p %m %U %G %T@\n' | sort >before
verify 1 error
sed -n 's/.*"fix": "\(ch[^"]*\)".*/\1/p' out >fixes
sh -e fixes
find "$ROOT" ! -name __pycache__ -printf '%p %m %U %G %T@\n' | sort | cmp - before || fail "more was changed"
verify 0 warning
run 0 --root "$ROOT" "/$SITE"
[ ! -s err ] || fail "said although it is right"

# In a package.
try 1 "$PYCSYNC" verify --json --fail-on exposed-cache t.tar
found | grep -c 'exposed-cache error [a-z-]* mode' | grep -qx 5 || fail "$(found)"
