# SPDX-License-Identifier: LGPL-2.1-or-later
# Several callers at a time, as from two package managers and a hand: each does its own work, in the same
# directory as the others, and all of it is there afterwards, and in the memory.
. "$LIB/case.sh"
own_state
[ -r /usr/share/python3/debian_defaults ] || skip "no debian_defaults"
export DPKG_ADMINDIR="$T/db" DEBPYTHON3_SUPPORTED=3.11 DEBPYTHON3_DEFAULT=3.11
site=$T/t/usr/lib/python3/dist-packages
mkdir -p db/info db/updates
: >db/status
for p in one two three; do
	bulk "$site/$p" 5
	src "$site/$p.py"
	find "$site/$p" "$site/$p.py" -name '*.py' >db/info/$p.list
done

# together COMMAND [OPTION]...: for the three packages at once.
together() {
	for p in one two three; do
		"$PYCSYNC" "$@" -p $p >"$p.said" 2>&1 &
		eval "$p=\$!"
	done
	for p in one two three; do
		eval "wait \$$p" || fail "$* -p $p: $(cat $p.said)"
	done
}

together py3compile
check t
together py3clean
[ -z "$(find t -name '*.pyc')" ] || fail "py3clean left something"
together py3compile -f
find t -name '*.py' -exec touch -d '2020-01-01' '{}' +
together py3compile -v
check t
cat ./*.said >all
[ "$(grep -c ' 0 compiled, .*6 restamped' all)" = 3 ] || fail "not all was remembered: $(cat all)"
