# SPDX-License-Identifier: LGPL-2.1-or-later
# What a worker answers is published only if it is one whole code object, and no more is taken than the
# source may have had. One that answers what it has not read gets nothing more. If it ends by itself, its words
# are told.
. "$LIB/case.sh"

mkdir bin
cp "$PYCSYNC" bin/pycsync
{ echo "#!$PY -I" && cat "$LIB/liar.py"; } >bin/pycsync-worker
chmod +x bin/pycsync-worker
for name in cut behind tuple number nothing ending large; do
	src "t/$name.py"
done
bulk t 3
"$PY" -I -c 'print("#" * (1 << 21))' >t/munread.py
policy <<-END
	version: 1
	defaults: {limits: {memory: 64MiB}}
END
try 1 "$PY" -I - "$T" "$PY" <<-'END'
	import os, resource, subprocess, sys
	status = subprocess.call([sys.argv[1] + "/bin/pycsync", "sync", "--python", sys.argv[2], "--policy", "policy.yaml", "t"])
	used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	assert used < 100 << 10, f"{used} KiB"
	sys.exit(status)
END
for name in cut behind tuple number nothing; do
	once "$T/t/$name.py: the worker answered with what is not a code object"
done
once "$T/t/ending.py: the worker failed: MemoryError() in line 7\x1b"
once "$T/t/large.py: the worker died while it compiled this file"
absent t/__pycache__/[!m]*
there t/__pycache__/m0.$TAG.pyc t/__pycache__/m1.$TAG.pyc t/__pycache__/m2.$TAG.pyc
