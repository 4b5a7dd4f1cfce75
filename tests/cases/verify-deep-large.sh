# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# --deep in bounded memory: what is not kept of a package is named, each pyc of it.
. "$LIB/case.sh"
not_with_asan "it takes memory of its own"
export T
"$PY" -I - <<-'END'
	import importlib.util, json, marshal, os, resource, subprocess, sys, tarfile
	os.chdir(os.environ["T"])
	site = "usr/lib/python3/dist-packages"
	os.makedirs(f"{site}/__pycache__")
	source = b"x = 1\n"
	code = marshal.dumps(compile("x = %r" % (b"a" * (31 << 20)), "m", "exec"))
	names = [f"m{i:02}" for i in range(20)]
	for name in names:
	    with open(f"{site}/{name}.py", "wb") as file:
	        file.write(source)
	    os.utime(f"{site}/{name}.py", (1, 1))
	    with open(f"{site}/__pycache__/{name}.cpython-311.pyc", "wb") as file:
	        file.write(importlib.util.MAGIC_NUMBER + bytes(4) + (1).to_bytes(4, "little")
	                   + len(source).to_bytes(4, "little") + code)
	with tarfile.open("large.tar", "w") as archive:
	    archive.add("usr")
	size = os.stat("large.tar").st_size
	done = subprocess.run([os.environ["PYCSYNC"], "verify", "--json", "--deep", "--python", sys.executable,
	                       "large.tar", "large.tar"], stdout=subprocess.PIPE, check=False)
	lines = [json.loads(line) for line in done.stdout.splitlines()]
	told = {line["path"].split("/")[-1][:3]: line["finding"] for line in lines[:-1]
	        if line["finding"] in ("code-differs", "not-examined")}
	if done.returncode != 1 or sorted(told) != names:
	    sys.exit(f"{done.returncode}: {told}")
	if not set(told.values()) == {"code-differs", "not-examined"}:
	    sys.exit(f"some should be compared, and some not: {told}")
	peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
	if peak > 768:
	    sys.exit(f"{peak} MiB")
	print(f"note: {peak} MiB for {size >> 20} MiB")
END
