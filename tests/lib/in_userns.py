# SPDX-License-Identifier: LGPL-2.1-or-later
"""in_userns.py COUNT COMMAND...: run it in a user namespace that has the first COUNT users and groups.
It ends with us."""

import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)
ready, go = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    if libc.unshare(CLONE_NEWUSER) < 0:
        os._exit(77)
    os.write(ready[1], b"x")
    os.read(go[0], 1)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execvp(sys.argv[2], sys.argv[2:])
os.close(ready[1])
if os.read(ready[0], 1):
    for kind in ("uid_map", "gid_map"):
        with open(f"/proc/{child}/{kind}", "w") as f:
            f.write(f"0 0 {sys.argv[1]}\n")
    os.write(go[1], b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
