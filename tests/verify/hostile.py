# SPDX-License-Identifier: LGPL-2.1-or-later
"""Archives that mean harm: each is bounded and reported, nothing is unpacked, nothing followed.

hostile.py CASE...    CASE: a function of this file, as listed in CASES
$T is where to work, $PYCSYNC the program, $PY CPython 3.11.
"""

import importlib.util
import io
import json
import marshal
import os
import subprocess
import sys
import tarfile
import zipfile

T, PYCSYNC, PY = os.environ["T"], os.environ["PYCSYNC"], os.environ["PY"]
SITE = "usr/lib/python3/dist-packages"
SANITIZED = any(name in os.environ for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"))
MEMORY = 64 << 20
SECONDS = 50


def pyc(path, source=b"x = 1\n", body=None, mtime=0):
    code = marshal.dumps(compile(source, path, "exec")) if body is None else body
    return (importlib.util.MAGIC_NUMBER + bytes(4) + mtime.to_bytes(4, "little")
            + len(source).to_bytes(4, "little") + code)


def member(name, data=b"", **more):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


def module(name, source=b"x = 1\n", **more):
    """A source and its cache."""
    stem = name[:-3].rpartition("/")
    cache = f"{stem[0]}/__pycache__/{stem[2]}.cpython-311.pyc"
    return [member(name, source), member(cache, pyc("/" + name, source, **more))]


def tar(name, members, mode="w"):
    with tarfile.open(f"{T}/{name}", mode, format=tarfile.GNU_FORMAT) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data) if data else None)
    return f"{T}/{name}"


def raw(name, data):
    with open(f"{T}/{name}", "wb") as file:
        file.write(data)
    return f"{T}/{name}"


def verify(path, *options):
    """What is found, as (code, path), with all bounds kept."""
    command = [PYCSYNC, "verify", "--json", "--python", PY, *options, "--package", path]
    with open(f"{T}/out", "wb") as out, open(f"{T}/err", "wb") as err:
        child = subprocess.Popen(["timeout", str(SECONDS), *command], stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    with open(f"{T}/err", "rb") as err:
        said = err.read().decode(errors="replace")
    if child.returncode not in (0, 1) or said:
        sys.exit(f"{path}: status {child.returncode}: {said[:500]}")
    if used.ru_maxrss * 1024 > MEMORY and not SANITIZED:
        sys.exit(f"{path}: {used.ru_maxrss} kB of memory")
    with open(f"{T}/out", "rb") as out:
        lines = [json.loads(line) for line in out]
    return [(line["finding"], line["path"]) for line in lines[:-1]]


def expect(path, wanted, *options):
    found = verify(path, *options)
    shown = [(code, "" if where == path else where.removeprefix(f"/{SITE}/")) for code, where in found]
    if sorted(shown) != sorted(wanted):
        sys.exit(f"{path}: {sorted(shown)}, not {sorted(wanted)}")


def escapes():
    out = [member("../../etc/evil.py", b"x"), member(f"{SITE}/../../../../x/e.pyc", b"x"),
           member("/abs/mod.py", b"x"), *module(f"{SITE}/ok.py")]
    expect(tar("escape.tar", out), [("archive-escape", "/etc/evil.py"), ("archive-escape", "/x/e.pyc"),
                                    ("archive-escape", "/abs/mod.py")])
    with zipfile.ZipFile(f"{T}/escape.zip", "w") as archive:
        archive.writestr("../up.py", "x = 1\n")
        archive.writestr("a/../../up2.py", "x = 1\n")
    expect(f"{T}/escape.zip", [("archive-escape", "/up.py"), ("archive-escape", "/up2.py")])
    through = [member("usr/lib/link", type=tarfile.SYMTYPE, linkname=T),
               member("usr/lib/link/planted.py", b"x = 1\n"), *module(f"{SITE}/ok.py")]
    expect(tar("through.tar", through), [])
    if os.path.exists(f"{T}/planted.py"):
        sys.exit("a member was unpacked")


def links():
    cache = f"{SITE}/__pycache__/m.cpython-311"
    hard = {"type": tarfile.LNKTYPE}
    loop = [member(f"{SITE}/m.py", b"x = 1\n"),
            member(f"{cache}.pyc", linkname=f"{cache}.opt-1.pyc", **hard),
            member(f"{cache}.opt-1.pyc", linkname=f"{cache}.opt-2.pyc", **hard),
            member(f"{cache}.opt-2.pyc", linkname=f"{cache}.pyc", **hard)]
    expect(tar("loop.tar", loop), [("link-broken", f"__pycache__/m.cpython-311{level}.pyc")
                                   for level in ("", ".opt-1", ".opt-2")])
    long = [*module(f"{SITE}/m.py")] + [
        member(f"{cache}.opt-1.pyc", linkname=f"{cache}.pyc", **hard),
        member(f"{cache}.opt-2.pyc", linkname="../../../etc/passwd", **hard)]
    expect(tar("links.tar", long), [("link-wrong", "__pycache__/m.cpython-311.opt-2.pyc")])
    gone = [*module(f"{SITE}/m.py"), member(f"{cache}.opt-1.pyc", linkname=f"{cache}.opt-2.pyc", **hard)]
    expect(tar("gone.tar", gone), [("link-broken", "__pycache__/m.cpython-311.opt-1.pyc")])
    soft = {"type": tarfile.SYMTYPE}
    circle = [member(f"{SITE}/a.py", linkname="b.py", **soft), member(f"{SITE}/b.py", linkname="a.py", **soft),
              member(f"{SITE}/__pycache__/a.cpython-311.pyc", pyc(f"/{SITE}/a.py"))]
    verify(tar("circle.tar", circle))


def repeated():
    twice = module(f"{SITE}/m.py") + module(f"{SITE}/m.py", b"y = 2 + 3\n")
    expect(tar("twice.tar", twice), [("archive-duplicate", "m.py"),
                                     ("archive-duplicate", "__pycache__/m.cpython-311.pyc")])


def bombs():
    """More than a GiB of zeroes in a few kilobytes, as one member, as many, within a .deb."""
    head = member("usr/share/big", b"", size=1152 << 20)[0].tobuf(tarfile.GNU_FORMAT)
    with open(f"{T}/bomb.tar.zst", "wb") as out:
        packer = subprocess.Popen(["zstd", "-q", "-1"], stdin=subprocess.PIPE, stdout=out)
        packer.stdin.write(head)
        for _ in range(18):
            packer.stdin.write(bytes(64 << 20))
        packer.stdin.close()
        packer.wait()
    expect(f"{T}/bomb.tar.zst", [("archive-limit", "")])
    many = member("usr/share/x", b"")[0].tobuf(tarfile.GNU_FORMAT) * 4096
    with open(f"{T}/many.tar.zst", "wb") as out:
        packer = subprocess.Popen(["zstd", "-q", "-1"], stdin=subprocess.PIPE, stdout=out)
        for _ in range(576):
            packer.stdin.write(many)
        packer.stdin.close()
        packer.wait()
    expect(f"{T}/many.tar.zst", [("archive-limit", "")])
    with open(f"{T}/debian-binary", "w", encoding="ascii") as file:
        file.write("2.0\n")
    os.rename(f"{T}/bomb.tar.zst", f"{T}/data.tar.zst")
    subprocess.run(["ar", "rc", f"{T}/bomb.deb", f"{T}/debian-binary", f"{T}/data.tar.zst"], check=True)
    os.unlink(f"{T}/data.tar.zst")
    expect(f"{T}/bomb.deb", [("archive-limit", "")])
    big = zipfile.ZipFile(f"{T}/bomb.whl", "w", zipfile.ZIP_DEFLATED)
    with big, big.open("pkg/__pycache__/m.cpython-311.pyc", "w") as file:
        for _ in range(8):
            file.write(bytes(16 << 20))
    expect(f"{T}/bomb.whl", [("orphan", "/pkg/__pycache__/m.cpython-311.pyc"),
                             ("too-large", "/pkg/__pycache__/m.cpython-311.pyc"),
                             ("orphan-directory", "/pkg/__pycache__")])


def absurd():
    for size in (1 << 62, (1 << 63) - 1, 1 << 40):
        info = member(f"{SITE}/__pycache__/m.cpython-311.pyc", b"", size=size)[0]
        path = raw("absurd.tar", info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
        codes = {code for code, _ in verify(path)}
        if not codes & {"archive-damaged", "too-large"}:
            sys.exit(f"a size of {size}: {codes}")
    deep = module(f"{SITE}/deep.py", body=b"c" + bytes(20) + b"s" + bytes(4) + b")\x01" * 30000)
    expect(tar("nested.tar", deep), [("damaged", "__pycache__/deep.cpython-311.pyc")])


def laughs():
    """Tuples of tuples by reference: a thousand million million objects in a few hundred bytes."""
    body = b"\xe3" + bytes(20) + b"s" + bytes(4) + b")\x32"
    body += b"\xa9\x02NN" + b"".join(b"\xa9\x02r" + n.to_bytes(4, "little") + b"r" + n.to_bytes(4, "little")
                                    for n in range(2, 51))
    body += b")\0)\0s" + bytes(4) + b"\xda\2/a" + b"z\1a" * 2 + bytes(4) + (b"s" + bytes(4)) * 2
    path = tar("laughs.tar", module(f"{SITE}/m.py", body=body))
    codes = {code for code, _ in verify(path, "--deep")}
    if not codes <= {"wrong-path", "damaged", "code-differs"}:
        sys.exit(f"laughs: {codes}")


def cut():
    """Cut anywhere, every format says so, and what came before is judged."""
    members = [one for n in range(20) for one in module(f"{SITE}/m{n}.py", b"x = %d\n" % n * 999)]
    whole = {"tar": tar("cut.tar", members), "gz": tar("cut.tar.gz", members, "w:gz"),
             "xz": tar("cut.tar.xz", members, "w:xz"), "bz2": tar("cut.tar.bz2", members, "w:bz2")}
    with zipfile.ZipFile(f"{T}/cut.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in members:
            archive.writestr(zipfile.ZipInfo(info.name), data)
    whole["zip"] = f"{T}/cut.zip"
    for kind, path in whole.items():
        with open(path, "rb") as file:
            data = file.read()
        for tenth in range(1, 10):
            short = raw(f"short.{kind}", data[:len(data) * tenth // 10])
            codes = {code for code, _ in verify(short)}
            if "archive-damaged" not in codes:
                sys.exit(f"{path} cut at {tenth}/10: {codes}")


def no_archives():
    for name, data in (("empty.tar", b""), ("text.deb", b"hello\n" * 1000), ("zero.rpm", bytes(4096)),
                       ("lead.rpm", b"\xed\xab\xee\xdb\x03\x00" + bytes(500)),
                       ("ar.deb", b"!<arch>\n"), ("script.tar", b"#!/bin/sh\nexit 0\n")):
        expect(raw(name, data), [("archive-damaged", "")])


CASES = escapes, links, repeated, absurd, laughs, cut, no_archives, bombs


def main():
    for case in (one for one in CASES if one.__name__ in sys.argv[1:]):
        before = sorted(os.listdir("/etc"))
        case()
        if sorted(os.listdir("/etc")) != before:
            sys.exit(f"{case.__name__}: something was unpacked")
    print("bounded and reported")


main()
