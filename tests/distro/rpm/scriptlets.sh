#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Scriptlets of other packages fail, or run Python and write caches while files come and go. What is on
# disk afterwards is what counts.
. "${0%/*}/../rpm.sh"
with_pycsync

write=-B
hooked && write=

# scripts WHEN COMMAND: one scriptlet of the package that is laid out.
scripts() {
	add_to_spec <<-EOF
		%$1
		$2
	EOF
}

# A failing %pre: the package does not come, the others do.
stage refuses-1
module refuses/mod.py
scripts pre 'exit 1'
package refuses 1
library other 1 other.py
transact -U /t/refuses-1.rpm /t/other-1.rpm
said 1 'scriptlet failed'
agree
gone "$site/refuses"
imports other

# Failing %post, %preun, %postun, triggers: files come and go all the same.
stage noisy
module noisy/__init__.py
module noisy/mod.py
scripts post 'exit 1'
scripts postun 'exit 1'
add_to_spec <<-END_OF_SPEC
	%filetriggerin -- /usr/lib/python3
	exit 1
	%filetriggerpostun -- /usr/lib/python3
	exit 1
	%transfiletriggerin -- /usr/lib/python3
	exit 1
END_OF_SPEC
package noisy 1
package noisy 2
transact -U /t/noisy-1.rpm
agree
imports noisy.mod
transact -U /t/noisy-2.rpm
agree
transact -e noisy
agree
gone "$site/noisy"

# A failing %preun: the package stays whole.
stage stays-1
module stays/mod.py
scripts preun 'exit 1'
package stays 1
install stays-1
transact -e stays
[ "$rc" != 0 ] || fail "rpm -e: status 0"
agree
imports stays.mod

# Python is run before and after the files go, and writes what it imports.
stage importer
module importer/__init__.py
module importer/sub/deep.py
scripts preun "$python $write -c 'import importer.sub.deep; print(\"preun was here\")'"
scripts post "$python $write -c 'import importer.sub.deep; print(\"post was here\")'"
package importer 1
package importer 2
install importer-1
said 1 'post was here'
agree
install importer-2
said 1 'preun was here'
agree
remove importer
agree
gone "$site/importer"
