# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory of a package may be called after a version of thousands of digits, and hold thousands of pycs of a
# source for other ones.
. "$LIB/case.sh"

"$PY" -I - <<-'END'
	import importlib.util, io, tarfile
	data = importlib.util.MAGIC_NUMBER + bytes(12) + b"N"
	top = "usr/lib/python3." + "7" * 3900 + "/site-packages"
	pycs = [f"__pycache__/m.cpython-3{i}{level}.pyc" for i in range(1000) for level in ("", ".opt-1", ".opt-2")]
	with tarfile.open("long.tar", "w") as archive:
	    for name in ("m.py", *pycs):
	        info = tarfile.TarInfo(f"{top}/{name}")
	        info.size = len(data)
	        archive.addfile(info, io.BytesIO(data))
END
try 1 "$PYCSYNC" verify --python "$PY" --package long.tar
says misplaced
