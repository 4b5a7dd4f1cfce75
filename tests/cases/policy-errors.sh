# SPDX-License-Identifier: LGPL-2.1-or-later
# A mistake in the policy: status 2, nothing done, file, line, column and the nearest known key.
. "$LIB/case.sh"

src t/a.py
# refused LINE COLUMN WORD: the policy on stdin is, at that place, for that word.
refused() {
	policy
	unchanged run 2 --policy policy.yaml t
	grep -qE "policy.yaml(:|.*line )$1(:|.*col[a-z]* )$2\b" err || fail "not at $1:$2"
	grep -qi -- "$3" err || fail "not a word of $3"
	[ "$(grep -c . err)" = 1 ] || fail "more than one line"
}
refused 3 3 optimize <<-END
	version: 1
	defaults:
	  optimise: [0]
END
refused 2 1 trees <<-END
	version: 1
	treees: []
END
refused 3 26 seconds <<-END
	version: 1
	defaults:
	  limits: {memory: 1GiB, second: 1}
END
refused 3 14 3 <<-END
	version: 1
	defaults:
	  optimize: [3]
END
refused 3 17 timestam <<-END
	version: 1
	defaults:
	  invalidation: timestam
END
refused 3 13 maybe <<-END
	version: 1
	defaults:
	  on-error: maybe
END
refused 3 22 12XiB <<-END
	version: 1
	defaults:
	  limits: {memory:   12XiB}
END
refused 1 10 2 <<-END
	version: 2
END
refused 4 5 compil <<-END
	version: 1
	rules:
	  - match: "**/a.py"
	    compil: false
END
refused 4 14 perhaps <<-END
	version: 1
	rules:
	  - match: "**/a.py"
	    compile: perhaps
END
refused 3 5 match <<-END
	version: 1
	rules:
	  - compile: false
END
refused 3 11 relative <<-END
	version: 1
	trees:
	  - path: relative/path
END
refused 4 1 '' <<-END
	version: 1
	defaults:
	  optimize: [0
END
refused 1 1 '' <<-END
	just words
END
