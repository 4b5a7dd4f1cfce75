# SPDX-License-Identifier: LGPL-2.1-or-later
"""intrude.py PID: what of another process its neighbours must not do to it. Prints what they can."""

import ctypes
import os
import sys

pid = int(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206


def call(function, *arguments):
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "")


def vector(data):
    buffer = ctypes.create_string_buffer(data)
    return (ctypes.c_ulong * 2)(ctypes.addressof(buffer), len(data)), buffer


local, kept = vector(b"x" * 8)
attempts = {
    "mem": lambda: open(f"/proc/{pid}/mem", "r+b"),
    "maps": lambda: open(f"/proc/{pid}/maps").read(1),
    "environ": lambda: open(f"/proc/{pid}/environ").read(1),
    "fd": lambda: os.readlink(f"/proc/{pid}/fd/0"),
    "cwd": lambda: os.readlink(f"/proc/{pid}/cwd"),
    "vm": lambda: call(libc.process_vm_writev, pid, local, 1, local, 1, 0),
    "attach": lambda: call(libc.ptrace, PTRACE_ATTACH, pid, 0, 0),
    "seize": lambda: call(libc.ptrace, PTRACE_SEIZE, pid, 0, 0),
    "signal": lambda: os.kill(pid, 0),
}
for name, attempt in attempts.items():
    try:
        attempt()
        print(name)
    except OSError as error:
        if error.errno not in (1, 13):
            print(name, error)
