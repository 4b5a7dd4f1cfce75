# SPDX-License-Identifier: LGPL-2.1-or-later
# A source that is compiled costs pycsync at most 22 system calls, those of its worker not counted.
# slow
. "$LIB/case.sh"
need strace
not_with_asan "it makes calls of its own"

MOST=22
# calls COUNT: how many system calls it takes to compile so many sources, and which, in $T/calls.
calls() {
	rm -rf t traces
	mkdir traces
	"$PY" -I - "$1" <<-'END'
		import os, sys
		os.mkdir("t")
		for i in range(int(sys.argv[1])):
		    with open(f"t/m{i}.py", "w") as source:
		        source.write(f"x = {i}\n")
	END
	# shellcheck disable=SC2016 # the inner shell's
	try 0 strace -ff -qq -o traces/of sh -c 'echo $$ >pid; exec "$@"' sh \
		"$PYCSYNC" sync -j 1 --python "$PY" t
	says "$1 compiled"
	main=$(cat pid)
	# The process itself and its threads.
	for pid in $main $(sed -n 's/^clone.*CLONE_THREAD.* = \([0-9]*\)$/\1/p' traces/of.$main); do
		sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' traces/of.$pid
	done | sort | uniq -c | sort -rn >calls
	awk '{ n += $1 } END { print n }' calls
}
one=$(calls 1)
many=$(calls 401)
each=$(((many - one + 399) / 400))
[ $each -le $MOST ] || { sed 's/^/    /' calls | head -n 24 && fail "$each system calls a file, more than $MOST"; }
echo "note: $each system calls a file"
