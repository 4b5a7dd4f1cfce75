# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk with a write cache: an image file, served through /dev/fuse so that a loop device can lie on it.

What is written counts as being in the cache until the next flush. All writes and flushes are in a log, in their
order, so that the state after a power cut at any moment can be made from it: what was flushed is there, and of the
rest each block may be there or not.
"""

import ctypes
import os
import stat
import struct
import subprocess

GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT, DESTROY = 3, 4, 14, 15, 16, 17, 18, 20, 25, 26, 38
WITHOUT_ANSWER = (2, 36, 42)  # FORGET, INTERRUPT, BATCH_FORGET
BIG_WRITES, MAX_WRITE = 1 << 5, 128 << 10
HEAD, RECORD = struct.Struct("<IIQQIIIHH"), struct.Struct("<QI")
BLOCK = 4096
ENODEV, ENOSYS, EINTR = 19, 38, 4
MS_NOSUID, MS_NODEV, MNT_DETACH = 2, 4, 2
libc = ctypes.CDLL(None, use_errno=True)


class Server:
    """Answers the kernel's questions about the one file."""

    def __init__(self, fuse, image, log):
        self.fuse, self.image, self.log = fuse, image, log
        self.size = os.fstat(image).st_size

    def attr(self):
        return struct.pack("<6Q10I", 1, self.size, self.size // 512, 0, 0, 0, 0, 0, 0, stat.S_IFREG | 0o600, 1, 0, 0, 0,
                           BLOCK, 0)

    def answer(self, opcode, body):
        """The bytes of the answer, or an errno."""
        if opcode == INIT:
            return struct.pack("<IIIIHHIIHHI", 7, 31, MAX_WRITE, BIG_WRITES, 16, 12, MAX_WRITE, 1, 0, 0, 0) + bytes(28)
        if opcode in (GETATTR, SETATTR):
            return struct.pack("<QII", 3600, 0, 0) + self.attr()
        if opcode == OPEN:
            return struct.pack("<QII", 0, 0, 0)
        if opcode == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            return os.pread(self.image, size, offset)
        if opcode == WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            data = body[40:40 + size]
            os.pwrite(self.image, data, offset)
            os.write(self.log, RECORD.pack(offset, size) + data)
            return struct.pack("<II", size, 0)
        if opcode == FSYNC:
            os.write(self.log, RECORD.pack(0, 0))
            return b""
        if opcode == STATFS:
            return struct.pack("<5Q4I24x", 1 << 20, 1 << 20, 1 << 20, 1, 1, BLOCK, 255, BLOCK, 0)
        return b"" if opcode in (FLUSH, RELEASE, DESTROY) else ENOSYS

    def serve(self):
        while True:
            try:
                request = os.read(self.fuse, MAX_WRITE + 65536)
            except OSError as error:
                if error.errno == ENODEV:  # unmounted
                    return
                raise
            _, opcode, unique, *_ = HEAD.unpack_from(request)
            if opcode in WITHOUT_ANSWER:
                continue
            got = self.answer(opcode, request[HEAD.size:])
            error, got = (-got, b"") if isinstance(got, int) else (0, got)
            os.write(self.fuse, struct.pack("<IiQ", 16 + len(got), error, unique) + got)


class Disk:
    """The image file `base`, which stays as it is, as a file `path` that a loop device can be set up on."""

    def __init__(self, base, work):
        self.path, self.log, self.base, self.pid = work + "/disk", work + "/log", base, 0
        for name in (self.path, self.log):
            open(name, "wb").close()
        current = work + "/current"
        subprocess.run(["cp", "--sparse=always", base, current], check=True)
        fuse, image = os.open("/dev/fuse", os.O_RDWR), os.open(current, os.O_RDWR)
        options = f"fd={fuse},rootmode=100000,user_id=0,group_id=0".encode()
        if libc.mount(b"disk", self.path.encode(), b"fuse", MS_NOSUID | MS_NODEV, options):
            raise OSError(ctypes.get_errno(), "cannot mount FUSE")
        self.pid = os.fork()
        if self.pid == 0:
            try:
                Server(fuse, image, os.open(self.log, os.O_WRONLY | os.O_APPEND)).serve()
            finally:
                os._exit(0)
        os.close(fuse)
        os.close(image)

    def position(self):
        """How long the log is by now."""
        return os.path.getsize(self.log)

    def close(self):
        libc.umount2(self.path.encode(), MNT_DETACH)
        os.waitpid(self.pid, 0)


def records(log, end):
    """(position behind it, offset, data) of each write, with None for the data of a flush."""
    with open(log, "rb") as file:
        while file.tell() < end:
            offset, size = RECORD.unpack(file.read(RECORD.size))
            data = file.read(size) if size else None
            yield file.tell(), offset, data


def cut(disk, image, end, rnd):
    """Write to `image` what the disk has after a power cut at this position of the log."""
    subprocess.run(["cp", "--sparse=always", disk.base, image], check=True)
    share = rnd.choice((0, 0.3, 0.7, 1))
    cached = []
    with open(image, "r+b") as file:

        def put(blocks):
            for offset, data in blocks:
                file.seek(offset)
                file.write(data)
        for _, offset, data in records(disk.log, end):
            if data is None:
                put(cached)
                cached = []
            else:
                cached += [(offset + at, data[at:at + BLOCK]) for at in range(0, len(data), BLOCK)]
        put(block for block in cached if rnd.random() < share)
    return len(cached), share
