# SPDX-License-Identifier: LGPL-2.1-or-later
"""A codec that looks around: it goes into the place of encodings/koi8_r.py of an interpreter that is given
to the worker, and is imported in there, when a source asks for it.  That interpreter is in $T/alone, where
$T/t is beside it.  The text that it decodes any source to is an assignment of what it found, which so
comes out in the source's pyc.
"""

import codecs
import os
import socket

try:
    import ctypes
    LIBC = ctypes.CDLL(None, use_errno=True)
except (ImportError, OSError):
    LIBC = None


def call(name, *arguments):
    """A function of libc that has no place in Python."""
    if LIBC is None:
        raise OSError(1, "no ctypes")
    if getattr(LIBC, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def read(path):
    with open(path, "rb") as f:
        f.read(1)


def write(path):
    with open(path, "ab") as f:
        f.write(b"x")


def program():
    os.execv("/bin/true", ["true"])


def attempts(tree):
    for path in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc/1/status", "/proc/self/status",
                 "/proc/self/maps", "/dev/null", "/bin/sh", tree + "/secret.py"):
        yield "read " + path, lambda path=path: read(path)
    for path in ("/root", "/etc", "/proc", "/tmp", "/home", tree, "/"):
        yield "list " + path, lambda path=path: os.listdir(path)
    for path in ("/tmp/pycsync-probe", tree + "/written", "/dev/null", __file__, "/proc/self/mem"):
        yield "write " + path, lambda path=path: write(path)
    yield "mkdir", lambda: os.mkdir(tree + "/made")
    yield "unlink", lambda: os.unlink(tree + "/secret.py")
    yield "rename", lambda: os.rename(tree + "/secret.py", tree + "/moved.py")
    yield "link", lambda: os.symlink("x", tree + "/link")
    yield "chmod", lambda: os.chmod(tree + "/secret.py", 0o777)
    yield "socket", lambda: socket.socket(socket.AF_UNIX)
    yield "internet", lambda: socket.create_connection(("127.0.0.1", 22))
    yield "fork", os.fork
    yield "exec", program
    yield "kill parent", lambda: os.kill(os.getppid(), 0)
    yield "kill 1", lambda: os.kill(1, 0)
    yield "kill all", lambda: os.kill(-1, 0)
    yield "setuid", lambda: os.setuid(0)
    yield "chroot", lambda: os.chroot("/")
    yield "ptrace", lambda: call("ptrace", 16, os.getppid(), 0, 0)
    yield "prctl", lambda: call("prctl", 4, 1, 0, 0, 0)
    yield "mount", lambda: call("mount", b"none", b"/", b"tmpfs", 0, 0)
    yield "open by handle", lambda: call("open_by_handle_at", -100, 0, 0)
    yield "unshare", lambda: call("unshare", 0x10000000)


def look(tree):
    found = []
    for name, attempt in attempts(tree):
        try:
            attempt()
            found.append((name, 0))
        except OSError as error:
            found.append((name, error.errno))
    return found


FOUND = {"found": look(os.path.join(__file__.partition("/alone/")[0], "t")),
         "ids": (os.getuid(), os.geteuid(), os.getgid(), os.getegid())}


def decode(data, errors="strict"):
    return f"FOUND = {FOUND!r}\n", len(data)


def encode(text, errors="strict"):
    return text.encode("ascii"), len(text)


class IncrementalDecoder(codecs.BufferedIncrementalDecoder):
    def _buffer_decode(self, data, errors, final):
        return decode(data) if final else ("", 0)


class StreamReader(codecs.StreamReader):
    def decode(self, data, errors="strict"):
        return decode(data)


def getregentry():
    return codecs.CodecInfo(name="koi8-r", encode=encode, decode=decode, streamreader=StreamReader,
                            incrementaldecoder=IncrementalDecoder)
