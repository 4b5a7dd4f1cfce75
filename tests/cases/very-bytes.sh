# SPDX-License-Identifier: LGPL-2.1-or-later
# Size and mtime in the header belong to the very bytes that were compiled, even while a source is
# being replaced.
# slow
. "$LIB/case.sh"

src t/a.py 'x = 1'
"$PY" -I - "$PYCSYNC" "$PY" <<-'END' || fail "the header of one source, the code of another"
	import marshal, os, random, shutil, subprocess, sys, time
	sources = {1000: b"x = 1\n", 2000: b"x = 'another'\n"}
	def replace(mtime):
	    with open("new", "wb") as file:
	        file.write(sources[mtime])
	    os.utime("new", (mtime, mtime))
	    os.rename("new", "t/a.py")
	seen = set()
	for _ in range(25):
	    shutil.rmtree("t/__pycache__", ignore_errors=True)
	    sync = subprocess.Popen([sys.argv[1], "sync", "-q", "--python", sys.argv[2], "t/a.py"],
	                            stderr=subprocess.PIPE)
	    while sync.poll() is None:
	        for mtime in sources:
	            replace(mtime)
	            time.sleep(random.random() * 0.04)
	    if not os.path.exists("t/__pycache__/a.cpython-311.pyc"):
	        assert sync.returncode == 1 and b"/t/a.py" in sync.stderr.read()
	        continue
	    with open("t/__pycache__/a.cpython-311.pyc", "rb") as file:
	        data = file.read()
	    mtime, size = (int.from_bytes(data[n:n + 4], "little") for n in (8, 12))
	    consts = marshal.loads(data[16:]).co_consts
	    assert size == len(sources[mtime]), (mtime, size)
	    assert consts[0] == {1000: 1, 2000: "another"}[mtime], (mtime, consts)
	    seen.add(mtime)
	assert seen, "never compiled"
END
run 0 t
check t
