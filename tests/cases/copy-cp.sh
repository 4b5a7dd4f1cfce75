# SPDX-License-Identifier: LGPL-2.1-or-later
# A root that cp -a copied, with its state and without; and a throw-away root, as mkosi's and mock's are: packages
# are changed in a copy, with its --root.
# slow
. "$LIB/copy.sh"
made_root
cp -a root with
cp -a root without
cp -a root throwaway
same_with_state with
renewed without
same_without_state without

src throwaway/usr/d.py "assert len, '''d'''"
rewrite throwaway/usr/b.py "assert len, '''B'''"
rm throwaway/usr/c.py
at throwaway 0 sync --json
totals compiled=6 fresh=3 removed=3
at throwaway 0 verify --fail-on note
same_code throwaway
cp -a throwaway again
at again 0 sync --json
totals compiled=0 restamped=0 fresh=9
# The root that it came from knows nothing of that.
same_with_state root

# A copy that is made of links moves the ctimes of all files, also those of the root that it was made of.
# Its state has two names then, and is read all the same.
settle
cp -al root links
for source in links/usr/?.py; do
	ln "$source" other
	rm other
done
[ "$(doubtful links)" = 9 ] || fail "the sources were changed last"
same_with_state links
same_with_state root
