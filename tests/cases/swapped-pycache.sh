# SPDX-License-Identifier: LGPL-2.1-or-later
# A __pycache__ that turns into a symlink while it is written to leads nowhere.
# slow
. "$LIB/case.sh"

bulk t/dir 6
mkdir outside t/dir/__pycache__
fake_pyc outside/gone.$TAG.pyc
snap outside >before
ln -s "$T/outside" t/dir/link
"$PY" -I - "$PYCSYNC" "$PY" <<-'END'
	import os, shutil, subprocess, sys, tempfile
	os.chdir("t/dir")
	for turn in range(12):
	    if os.path.lexists("__pycache__"):  # it goes where nothing came of what was made
	        shutil.rmtree("__pycache__")
	    os.mkdir("__pycache__")
	    sync = subprocess.Popen([sys.argv[1], "sync", "-q", "--python", sys.argv[2], "."],
	                            stderr=subprocess.DEVNULL)
	    while sync.poll() is None:
	        try:
	            os.rename("__pycache__", "aside")
	        except FileNotFoundError:  # what it made came to nothing, and it went
	            continue
	        try:
	            os.rename("link", "__pycache__")
	            os.rename("__pycache__", "link")
	            os.rename("aside", "__pycache__")
	        except OSError:     # pycsync has made a __pycache__ meanwhile
	            assert os.path.islink("link"), "the link is lost"
	            os.rename("aside", tempfile.mkdtemp(dir="../.."))
END
snap outside >after
cmp before after || fail "it led outside: $(diff before after)"
run 0 t
check t
