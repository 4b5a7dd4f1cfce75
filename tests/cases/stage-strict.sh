# SPDX-License-Identifier: LGPL-2.1-or-later
# stage is strict: each bad module is named, all others are compiled, and the status is 1, unless a
# rule excuses it.
. "$LIB/case.sh"

SITE=d/usr/lib/python3.11/site-packages
for name in a b c; do
	src $SITE/$name.py
done
src $SITE/bad1.py 'x = ('
src $SITE/sub/bad2.py 'return'
try 1 "$PYCSYNC" stage d
once "pycsync: /usr/lib/python3.11/site-packages/bad1.py:1: SyntaxError"
once "pycsync: /usr/lib/python3.11/site-packages/sub/bad2.py:1: SyntaxError"
check --root d --except "$T/$SITE/bad1.py" --except "$T/$SITE/sub/bad2.py" d/usr
try 1 "$PYCSYNC" stage -q d
try 1 "$PYCSYNC" stage --json d
totals failed=2 fresh=3
rule() {
	printf 'version: 1\ndefaults: {%s}\nrules: [\n' "$1" | policy
	shift
	for line in "$@"; do
		echo "$line," >>policy.yaml
	done
	echo ']' >>policy.yaml
}
rule '' '{match: "**/bad1.py", on-error: warn}'
try 1 "$PYCSYNC" stage --policy policy.yaml d
rule '' '{match: "**/bad*.py", on-error: warn}'
try 0 "$PYCSYNC" stage --policy policy.yaml d
once bad1.py
once bad2.py
rule '' '{match: "**/bad*.py", compile: false}'
try 0 "$PYCSYNC" stage --policy policy.yaml d
[ ! -s err ] || fail "words"
# The administrator may say it of all sources; a rule may take it back.
rule 'on-error: warn'
try 0 "$PYCSYNC" stage --policy policy.yaml d
rule 'on-error: warn' '{match: "**/bad2.py", on-error: fail}'
try 1 "$PYCSYNC" stage --policy policy.yaml d
# What policy show prints means the same here.
rule ''
try 0 "$PYCSYNC" policy show --policy policy.yaml
cp out shown.yaml
try 1 "$PYCSYNC" stage --policy shown.yaml d
# A warning may be a failure, under its recorded name.
rule 'warnings: error'
src $SITE/warned.py 'x = 1 is 2'
rm $SITE/bad1.py $SITE/sub/bad2.py
try 1 "$PYCSYNC" stage --policy policy.yaml --prepend-dir /srv d
once "/usr/lib/python3.11/site-packages/warned.py:1: SyntaxWarning"
rm $SITE/warned.py
# What is no failure of a module is one all the same.
mkdir -p $SITE/odd
src $SITE/odd/m.py
touch $SITE/odd/__pycache__
try 1 "$PYCSYNC" stage d
says odd/m.py
