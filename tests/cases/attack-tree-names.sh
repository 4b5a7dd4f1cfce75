# SPDX-License-Identifier: LGPL-2.1-or-later
# Where a tree of the policy lies in a user's directory, the user decides where it leads: to where root does not follow,
# to nowhere, or to what is no name at all. None of that is said in a run that is about something else, or fails it.
. "$LIB/case.sh"
own_state
. "$LIB/attack.sh"

src t/a.py
mkdir -p home/lib
own $EVE home home/lib
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s/t, "%s/home/lib/python{version}", %s/home/app]\n' "$T" "$T" "$T" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml

# quiet WHAT: no run on t has a word to say.
quiet() {
	for command in "sync t" "sync t/a.py" "clean t" "verify t" "verify t/a.py" "policy explain t/a.py"; do
		# shellcheck disable=SC2086 # a command and its arguments
		try 0 "$PYCSYNC" $command --policy policy.yaml
		[ ! -s err ] || fail "$1: words: $command"
	done
	echo "$T/t/a.py" | trigger 0 rpm-in --policy policy.yaml
	[ ! -s err ] || fail "$1: words in a trigger"
}

long=$(printf '%0300d' 0)
quiet "a directory"
for target in "$T/t" "/$long" "/$long/$long" "$T/none" app lib "$T/home/lib" /proc/self/root /proc/1/cwd /dev/null; do
	for name in app lib; do
		rm -rf home/app home/lib
		as $EVE ln -s "$target" "home/$name"
		quiet "$name is $target"
	done
	rm -rf home/lib
	as $EVE mkdir home/lib
	for version in 3.11 3.12; do
		as $EVE ln -s "$target" home/lib/python$version
	done
	quiet "a version is $target"
done
rm -rf home/app home/lib
as $EVE mkfifo home/app
as $EVE touch home/lib
quiet "no directories"

# How many versions a user has makes no transaction longer.
rm -f home/app home/lib
as $EVE mkdir home/lib
for n in $(seq 200); do
	as $EVE ln -s "$T/none" home/lib/python3.$n
done
if command -v strace >/dev/null; then
	echo "$T/t/a.py" >list
	strace -f -o trace -e trace=%file "$PYCSYNC" trigger rpm-in --policy policy.yaml <list >/dev/null 2>&1 || fail "a trigger"
	grep -q 'home/lib"' trace || fail "what is looked for has another name"
	! grep 'home/lib/python3' trace || fail "each version is looked for"
fi
rm -r home/lib
as $EVE touch home/lib

# The settings of root's directories are as before, and what is the user's own is the user's to name.
rm -f home/app home/lib
as $EVE ln -s "$T/t" home/app
src t/b.py
printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [%s/t, {path: %s/home/app, optimize: [2]}]\n' "$T" "$T" | policy
try 0 "$PYCSYNC" sync --policy policy.yaml t
there "$(pyc t/b.py)"
absent "$(pyc t/b.py 2)"
rm home/app
as $EVE mkdir home/real
as $EVE ln -s real home/app
as $EVE cp t/b.py home/real
settle
try 0 "$PYCSYNC" sync --policy policy.yaml home/real/b.py
there "$(pyc home/real/b.py 2)"
absent "$(pyc home/real/b.py)"
