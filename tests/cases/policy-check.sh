# SPDX-License-Identifier: LGPL-2.1-or-later
# policy check: every fault of every file in one go, in the order of the places; doubts are warnings.
. "$LIB/case.sh"

cat >one.yaml <<-'E'
	version: 1
	defalts: {optimize: 3}
	defaults:
	  optimize: [0, 3]
	  warnings: loud
	source-date-epoch: {use: ignore, clamp-mtime: true}
	trees: [/a, /a]
E
cat >two.yaml <<-'E'
	version: 1
	rules:
	  - {match: a/b, compil: false}
	  - {match: "**/*.txt", compile: false}
	strip-dir: auto
E
cat >three.yaml <<-'E'
	version: 1
	rules+:
	  - {match: "**/*.txt", compile: false}
E
echo 'version: 1' >good.yaml
try 0 "$PYCSYNC" policy check good.yaml
[ ! -s err ] || fail "words for nothing"
try 2 "$PYCSYNC" policy check good.yaml one.yaml none.yaml two.yaml three.yaml
sed "s|$T/||" err
echo --
try 0 "$PYCSYNC" policy check three.yaml
sed "s|$T/||" err
echo --
try 0 "$PYCSYNC" policy check -q three.yaml
cat err
# The system's layers: one that is broken does not hide what is wrong with the next.
mkdir -p root/etc/pycsync/policy.d
try 0 "$PYCSYNC" policy check --root root
cp one.yaml root/etc/pycsync/policy.yaml
cp two.yaml root/etc/pycsync/policy.d/a.yaml
try 2 "$PYCSYNC" policy check --root root
cut -d : -f 2-4 err
