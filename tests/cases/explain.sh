# SPDX-License-Identifier: LGPL-2.1-or-later
# --explain says of each path what is done, and why.
. "$LIB/case.sh"

src t/new.py
src t/stale.py
src t/fresh.py
src t/gone.py
run 0 t/stale.py t/fresh.py t/gone.py
touch -d @1000000000 t/stale.py
rm t/gone.py
run 0 -n --explain t
for words in 'compile t/new.py' 'compile t/stale.py' 'remove t/gone.py' 'fresh t/fresh.py'; do
	name=${words#* t/}
	grep -F "${name%.py}." out >line || fail "not a word of $name"
	[ "${words%% *}" = fresh ] || grep -q "${words%% *}" line || fail "not '$words': $(cat line)"
done
grep 'gone' out | grep -q 'source is gone' || fail "no reason for the removal"
