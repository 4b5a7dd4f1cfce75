# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stands in for pycsync-worker and runs attacks at known times; see attack.sh.

It passes on what pycsync and the real worker say to each other on descriptor 0, in frames of a head of 32
bytes whose last 16 are the lengths of two runs of bytes.
"""

import os
import select
import socket
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(sys.argv[0]))
LOG = open(os.path.join(HERE, "log"), "ab")


def run(point):
    script = os.path.join(HERE, "at-" + point)
    if os.path.exists(script):
        os.rename(script, script + ".done")
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        subprocess.run(["/bin/sh", script + ".done"], stdin=subprocess.DEVNULL, stdout=LOG,
                       stderr=LOG, env={"PATH": path}, check=False)


def frames(data):
    """The whole frames at the start of the data, and the rest."""
    whole = []
    while len(data) >= 32:
        length = 32 + sum(struct.unpack_from("<QQ", data, 16))
        if len(data) < length:
            break
        whole.append(data[:length])
        data = data[length:]
    return whole, data


def main():
    run("start")
    driver = socket.socket(fileno=os.dup(0))
    ours, theirs = socket.socketpair()
    arguments = [os.path.join(HERE, "real-worker"), str(os.getpid()), *sys.argv[2:]]
    worker = subprocess.Popen(arguments, stdin=theirs)
    theirs.close()
    said, spoken = b"", 0
    while True:
        ready = select.select([driver, ours], [], [])[0]
        if driver in ready:
            data = driver.recv(1 << 16)
            if not data:
                break
            run("compile")
            ours.sendall(data)
        if ours in ready:
            data = ours.recv(1 << 16)
            if not data:
                break
            whole, said = frames(said + data)
            for frame in whole:
                driver.sendall(frame)
                spoken += 1
                if spoken == 2:     # the first was the greeting
                    run("result")
    ours.close()
    worker.kill()
    worker.wait()


main()
