# SPDX-License-Identifier: LGPL-2.1-or-later
# Memory is that of the largest sources in flight, however many there are.
. "$LIB/case.sh"
not_with_asan "it takes memory of its own"
"$PY" -I - "$T/t" <<-'END'
	import os, sys
	os.mkdir(sys.argv[1])
	line = b"#" * 79 + b"\n"
	for i in range(40):
	    with open(f"{sys.argv[1]}/m{i}.py", "wb") as source:
	        source.write(line * (50000 + i))
END
try 0 "$PY" -I - "$PYCSYNC" sync --python "$PY" -j 1 t <<-'END'
	import resource, subprocess, sys
	status = subprocess.call(sys.argv[1:])
	used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
	assert used < 64, f"{used} MiB"
	print(f"{used} MiB")
	sys.exit(status)
END
[ "$(find t -name '*.pyc' | wc -l)" = 40 ] || fail "not all were compiled"
