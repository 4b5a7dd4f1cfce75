#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes small pycs and packages for the fuzzers to start from: tests/fuzz/seed.py DIR."""

import importlib.util
import io
import marshal
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile

TO = sys.argv[1]
TEXTS = ("x = 1\n", "def f(a, *b, c=(1, 2.5, 3j)):\n    return a in {'x', b'y', 10**40, None, ...}\n",
         "class A:\n    'ä'\n    def g(self):\n        return [self for _ in 'abc']\n")
SITE = "usr/lib/python3/dist-packages"


def put(kind, name, data):
    os.makedirs(f"{TO}/{kind}", exist_ok=True)
    with open(f"{TO}/{kind}/{name}", "wb") as file:
        file.write(data)


def pyc(text, path, flags=0):
    code = marshal.dumps(compile(text, path, "exec"))
    return (importlib.util.MAGIC_NUMBER + flags.to_bytes(4, "little") + bytes(4)
            + len(text.encode()).to_bytes(4, "little") + code)


def members():
    for n, text in enumerate(TEXTS):
        yield f"{SITE}/m{n}.py", text.encode()
        yield f"{SITE}/__pycache__/m{n}.cpython-311.pyc", pyc(text, f"/{SITE}/m{n}.py", n)


def tar(kind="w", form=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=kind, format=form) as archive:
        for name, data in members():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo(f"{SITE}/__pycache__/m0.cpython-311.opt-1.pyc")
        link.type, link.linkname = tarfile.LNKTYPE, f"{SITE}/__pycache__/m0.cpython-311.pyc"
        archive.addfile(link)
        soft = tarfile.TarInfo(f"{SITE}/s.py")
        soft.type, soft.linkname = tarfile.SYMTYPE, "m0.py"
        archive.addfile(soft)
    return out.getvalue()


def packed(command, where):
    return subprocess.run(command, cwd=where, stdout=subprocess.PIPE, check=True).stdout


def main():
    for version in range(8, 16):
        for n, text in enumerate(TEXTS):
            put("pyc", f"{version}-{n}", bytes([version - 7, 99]) + marshal.dumps(compile(text, "/a", "exec")))
    put("archive", "gnu.tar", tar())
    put("archive", "pax.tar", tar(form=tarfile.PAX_FORMAT))
    for kind in ("gz", "xz", "bz2"):
        put("archive", f"tar.{kind}", tar(f"w:{kind}"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members():
            archive.writestr(zipfile.ZipInfo(name), data)
    put("archive", "a.whl", out.getvalue())
    with tempfile.TemporaryDirectory() as where:
        for name, data in members():
            os.makedirs(os.path.dirname(f"{where}/{name}"), exist_ok=True)
            with open(f"{where}/{name}", "wb") as file:
                file.write(data)
        put("archive", "cpio", packed(["bsdtar", "-c", "--format", "newc", "-f", "-", "usr"], where))
        put("archive", "tar.zst", packed(["bsdtar", "-c", "--zstd", "-f", "-", "usr"], where))
        with open(f"{where}/data.tar.gz", "wb") as file:
            file.write(tar("w:gz"))
        with open(f"{where}/debian-binary", "w", encoding="ascii") as file:
            file.write("2.0\n")
        header = bytes.fromhex("8eade80100000000") + bytes(8)
        put("archive", "a.rpm", b"\xed\xab\xee\xdb\3\0" + bytes(90) + header + header
            + packed(["bsdtar", "-c", "-z", "--format", "newc", "-f", "-", "usr"], where))
        packed(["ar", "rc", "a.deb", "debian-binary", "data.tar.gz"], where)
        with open(f"{where}/a.deb", "rb") as file:
            put("archive", "a.deb", file.read())


main()
