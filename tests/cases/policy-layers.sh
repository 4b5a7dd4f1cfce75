# SPDX-License-Identifier: LGPL-2.1-or-later
# Vendor file and drop-ins, administrator's file and drop-ins, --policy: each over those before it.
. "$LIB/case.sh"

vendor=root/usr/lib/pycsync admin=root/etc/pycsync
mkdir -p $vendor/policy.d $admin/policy.d
# layer FILE SECONDS: says a limit, which then shows which layer came last.
layer() {
	printf 'version: 1\ndefaults: {limits: {seconds: %s}}\n' "$2" >"$1"
}
# shows SECONDS FILE
shows() {
	try 0 "$PYCSYNC" policy show --root root ${3:+--policy "$3"}
	grep -qE "^    seconds: $1 +# $2:2$" out || fail "not $1 of $2: $(grep seconds: out)"
}
layer $vendor/policy.yaml 1
shows 1 /usr/lib/pycsync/policy.yaml
layer $vendor/policy.d/20.yaml 3
layer $vendor/policy.d/10.yaml 2
shows 3 /usr/lib/pycsync/policy.d/20.yaml
layer $admin/policy.yaml 4
shows 4 /etc/pycsync/policy.yaml
layer $admin/policy.d/10.yaml 5
shows 5 /etc/pycsync/policy.d/10.yaml
layer mine.yaml 6
shows 6 "$T/mine.yaml" mine.yaml
# What is no drop-in: another ending, a hidden file.
layer $admin/policy.d/90.yaml~ 7
layer $admin/policy.d/.90.yaml 7
layer $admin/policy.d/90.yml 7
shows 5 /etc/pycsync/policy.d/10.yaml
# The same name hides the vendor's, at the administrator's place; a link to /dev/null too.
rm $admin/policy.yaml
mv $admin/policy.d/10.yaml $admin/policy.d/20.yaml
shows 5 /etc/pycsync/policy.d/20.yaml
ln -sf /dev/null $admin/policy.d/20.yaml
shows 2 /usr/lib/pycsync/policy.d/10.yaml
ln -s /dev/null $admin/policy.d/10.yaml
shows 1 /usr/lib/pycsync/policy.yaml
ln -sf /dev/null $vendor/policy.yaml
try 0 "$PYCSYNC" policy show --root root
grep -q 'seconds: 60 ' out || fail "not the built-in one"
# A link to something else is a file.
rm $admin/policy.d/*
layer root/etc/other.yaml 8
ln -s ../../other.yaml $admin/policy.d/x.yaml
shows 8 /etc/pycsync/policy.d/x.yaml

# Where the vendor's file is the one that is built in, that one is not read: it makes no difference.
rm $vendor/policy.yaml
rm -rf $vendor/policy.d $admin
for end in '' '# Another file.'; do
	cp "$LIB/../../config/policy.yaml" $vendor/policy.yaml
	[ -z "$end" ] || echo "$end" >>$vendor/policy.yaml
	try 0 "$PYCSYNC" policy show --root root
	sort out >"shown${end:+.other}"
	grep -q '/usr/lib/pycsync/policy.yaml:' out || fail "no line of the file"
done
cmp shown shown.other || fail "$(diff shown shown.other)"
