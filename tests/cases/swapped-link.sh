# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory that turns into a symlink while the tree is walked leads nowhere.
# slow
. "$LIB/case.sh"

bulk outside 5
bulk root/t/dir 5
for n in 1 2 3 4 5 6; do
	src root/t/$n/a.py
done
ln -s "$T/outside" root/t/link
snap outside >before
"$PY" -I - "$PYCSYNC" "$PY" <<-'END'
	import os, shutil, subprocess, sys
	os.chdir("root/t")
	for turn in range(16):
	    how = [["--root", "../../root", "/t"], ["."]][turn % 2]
	    sync = subprocess.Popen([sys.argv[1], "sync", "-q", "--python", sys.argv[2]] + how,
	                            stderr=subprocess.DEVNULL)
	    while sync.poll() is None:
	        os.rename("dir", "aside")
	        os.rename("link", "dir")
	        os.rename("dir", "link")
	        os.rename("aside", "dir")
	    shutil.rmtree("dir/__pycache__", ignore_errors=True)
END
snap outside >after
cmp before after || fail "it led outside"
run 0 --root root /t
check --root root root/t
