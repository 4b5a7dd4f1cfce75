# SPDX-License-Identifier: LGPL-2.1-or-later
"""liar.py PYTHON: in the place of pycsync-worker, one that was taken over. What it answers, the name of the
source tells."""

import importlib.util
import marshal
import os
import sys
import time

HELLO, FAILED, COMPILE, CODE, ERROR, WARNING = range(1, 7)


def read(n):
    data = b""
    while len(data) < n:
        more = os.read(0, n - len(data))
        if not more:
            sys.exit()
        data += more
    return data


def head(kind, *args, text=0, body=0):
    args = (kind, *args, 0, 0, 0)[:4]
    return b"".join(n.to_bytes(4, "little") for n in args) + b"".join(n.to_bytes(8, "little") for n in (text, body))


def write(data):
    while data:
        data = data[os.write(0, data):]


tag = f"{sys.version.split()[0]}\n{sys.implementation.cache_tag}\n{sys.abiflags}".encode()
magic = int.from_bytes(importlib.util.MAGIC_NUMBER, "little")
write(head(HELLO, magic, marshal.version, 2, text=len(tag)) + tag)
while True:
    request = read(32)
    name = read(int.from_bytes(request[16:24], "little"))
    if b"unread" in name:
        code = marshal.dumps(compile("", name, "exec"))
        write(head(CODE, body=len(code)) + code)
        time.sleep(60)
    source = read(int.from_bytes(request[24:32], "little"))
    code = marshal.dumps(compile(source, name, "exec"))
    lies = {b"cut": code[:-1], b"behind": code + b"N", b"tuple": marshal.dumps((compile("1", "x", "exec"),)),
            b"number": b"i\1\0\0\0", b"nothing": b""}
    for word, lie in lies.items():
        if word in name:
            code = lie
    if b"ending" in name:
        why = b"MemoryError() in line 7\x1b"
        write(head(FAILED, text=len(why)) + why)
        sys.exit(1)
    if b"large" in name:
        write(head(CODE, body=1 << 30))
        while True:
            write(bytes(1 << 16))
    write(head(CODE, body=len(code)) + code)
