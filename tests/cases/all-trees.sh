# SPDX-License-Identifier: LGPL-2.1-or-later
# Without any PATH and list, all trees of the policy; with an empty list none of them.
. "$LIB/case.sh"

policy <<-END
	version: 1
	trees:
	  - path: $T/t/one
	  - path: $T/t/python{version}/lib
	  - path: $T/t/none
END
src t/one/a.py
src t/two/a.py
src t/python3.11/lib/a.py
src t/python3.12/lib/a.py
unchanged run 0 --policy policy.yaml --stdin </dev/null
run 0 --policy policy.yaml --json
plan
check t/one t/python3.11
