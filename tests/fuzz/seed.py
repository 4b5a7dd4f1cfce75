#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes small pycs and packages for the fuzzers to start from: tests/fuzz/seed.py DIR."""

import glob
import importlib.util
import io
import marshal
import os
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

TO = sys.argv[1]
TEXTS = ("x = 1\n", "def f(a, *b, c=(1, 2.5, 3j)):\n    return a in {'x', b'y', 10**40, None, ...}\n",
         "class A:\n    'ä'\n    def g(self):\n        return [self for _ in 'abc']\n")
PATTERNS = ((b"**/t?[a-c]/*.py", b"/usr/tea/x.py"), (b"/usr/lib/python{version}/**", b"/usr/lib/python3.13t/a/b.py"),
            (rb"(?P<a>x+)(?(a)y|z)\d{2,}\b(?<!q)", b"xxy123"), (b"[!a-]]\\*", b"b*"), (b"(a*)*b|\xff", b"aaaaaaaaaaaaac"),
            (b"(?i)[\xc3\x84-\xc3\x96]+$", b"/\xc3\xa4"))
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


def frame(kind, args=(0, 0, 0), text=b"", body=b""):
    """What hook/worker/protocol.h has."""
    return struct.pack("<IIIIQQ", kind, *args, len(text), len(body)) + text + body


def texts():
    """Policies, answers of workers, databases of managers, RECORDs, patterns."""
    for path in ["config/policy.yaml", *glob.glob("config/examples/*.yaml")]:
        with open(path, "rb") as file:
            put("policy", os.path.basename(path), file.read())
    put("policy", "rules", b"version: 1\ntrees+:\n  - {path: /srv/a, optimize: [0, 1]}\nrules+:\n"
        b"  - {match: \"**/t/*\", compile: false}\n  - {regex: \"a+\", size-over: 1MiB, on-error: fail}\n")
    put("policy", "staging", b"version: 1\nstaging: {extra: fix}\nsource-date-epoch: {use: require, clamp-mtime: true}\n")
    hello = frame(1, (3495, 4, 2), b"3.11.2\ncpython-311\n")
    put("protocol", "hello", b"\7" + hello)
    put("protocol", "failed", b"\1" + frame(2, text=b"no encodings"))
    put("protocol", "answers", b"\x40" + hello + frame(4, body=marshal.dumps(1)) +
        frame(6, text=b"SyntaxWarning") + frame(5, (1, 7, 1), b"SyntaxError: x", b"  y\n"))
    put("lists", "list", b"\0/.\n/usr\n/usr/lib/a.py\n/usr/lib/__pycache__/a.cpython-311.pyc\n")
    put("lists", "status", b"\1Package: foo\nStatus: deinstall ok config-files\nArchitecture: amd64\n\n"
        b"Package: bar\nStatus: install ok installed\n")
    put("lists", "diversions", b"\2/usr/lib/a.py\n/usr/lib/b.py\nfoo\n/usr/c\n/usr/d\n:\n")
    put("lists", "files", b"\3%FILES%\nusr/\nusr/lib/\nusr/lib/b.py\n\n%BACKUP%\netc/x\t0\n\n")
    put("lists", "pacman.conf", b"\4[options]\nDBPath = /srv/db\nInclude = /etc/pacman.d/*\nRootDir=/\n")
    put("lists", "dpkg.cfg", b"\5# c\nadmindir /srv/dpkg\nadmindir=\"/x\"\n")
    put("record", "pip", b"x/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n"
        b"x/__pycache__/__init__.cpython-311.pyc,,\r\n\"a,b.py\",sha256=x,1\r\nx-1.dist-info/RECORD,,\r\n")
    put("record", "quoted", b'"a""b.py",,\n"x\ny",sha256=1,2\nz,,')
    for n, (pattern, path) in enumerate(PATTERNS):
        put("patterns", str(n), pattern + b"\0" + path)


def rpm_header():
    """A header of format 4: names in directories, with modes, sizes and times."""
    tags = ((1116, 4, (0, 0)), (1117, 8, (b"a.py", b"b.py")), (1118, 8, (b"/usr/lib/",)), (1028, 4, (1, 2)),
            (1030, 3, (0o100644, 0o100644)), (1034, 4, (5, 6)), (1036, 8, (b"", b"")), (1096, 4, (1, 2)))
    index, store = b"", b""
    for tag, kind, values in tags:
        if kind != 8:
            size = 2 if kind == 3 else 4
            store += bytes(-len(store) % size)
        index += struct.pack(">IIII", tag, kind, len(store), len(values))
        for value in values:
            store += value + b"\0" if kind == 8 else value.to_bytes(size, "big")
    return bytes.fromhex("8eade80100000000") + struct.pack(">II", len(tags), len(store)) + index + store


def main():
    texts()
    empty = bytes.fromhex("8eade80100000000") + bytes(8)
    put("rpmheader", "4", b"\xed\xab\xee\xdb\3\0" + bytes(90) + empty + rpm_header() + b"payload")
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
