# SPDX-License-Identifier: LGPL-2.1-or-later
# Conditions and settings that sync obeys: each case is a rule or a tree, and what is compiled.
. "$LIB/case.sh"

src t/a.py
src t/sub/b.py
src t/sub/big.py
head -c 5000 /dev/zero | tr '\0' '#' >>t/sub/big.py
src t/other/c3.py
# compiles LIST: of the files below t, with the policy on stdin
compiles() {
	policy
	find t -depth -name __pycache__ -exec rm -r {} +
	try 0 "$PYCSYNC" sync --policy policy.yaml t
	[ ! -s err ] || fail "words"
	found=$(find t -name "*.$TAG*" | sed "s|__pycache__/||; s|^t/||; s|\.$TAG||; s|\.pyc$||" | sort | tr '\n' ' ')
	[ "$found" = "$1 " ] || fail "compiled: $found, not: $1"
	unchanged try 0 "$PYCSYNC" sync --policy policy.yaml t
}
compiles 'a other/c3 sub/b' <<-END
	version: 1
	interpreters: [3.11]
	rules: [{size-over: 4KiB, compile: false}]
END
compiles 'a sub/b sub/big' <<-'END'
	version: 1
	interpreters: [3.11]
	rules: [{regex: '/c\d\.py\Z', compile: false}]
END
compiles 'sub/b' <<-END
	version: 1
	interpreters: [3.11]
	rules:
	  - {match: "/**", compile: false}
	  - {match: "$T/t/sub/**", compile: true}
	  - {match: "**/big.py", compile: false}
END
compiles 'a other/c3.opt-1 sub/b sub/b.opt-2 sub/big sub/big.opt-2' <<-END
	version: 1
	interpreters: [3.11]
	trees:
	  - {path: $T/t/sub, optimize+: 2}
	  - {path: $T/t/other, optimize: 1}
END
compiles 'a other/c3' <<-END
	version: 1
	interpreters: [3.11]
	trees:
	  - {path: $T/t/sub, compile: false}
	  - {path: $T/t/other, interpreters: {use: auto}}
END
compiles 'a' <<-END
	version: 1
	interpreters: [3.11]
	trees:
	  - {path: $T/t/sub, compile: false}
	  - {path: $T/t/other, interpreters: {exclude: [3.11]}}
END
compiles 'a other/c3 sub/b sub/big' <<-END
	version: 1
	interpreters: {use: [3.11, $PY], exclude: [3.12]}
	rules: [{name: everything, match: "/**", compile: false}]
	disable-rules: [everything]
END
