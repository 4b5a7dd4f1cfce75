# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of verify seed, how it is packed by the real tools, and how verify is asked.

$T is where to work, $PYCSYNC the program, $PY CPython 3.11.
"""

import gzip
import importlib.util
import json
import marshal
import os
import shutil
import subprocess
import sys
import zipfile

import _imp

T, PYCSYNC, PY = os.environ["T"], os.environ["PYCSYNC"], os.environ["PY"]
SITE = "usr/lib/python3/dist-packages"
TAG = "cpython-311"
MAGIC = importlib.util.MAGIC_NUMBER
TEXT = '"""Module."""\ndef f(a):\n    """Function."""\n    assert a\n    return {"x", "y", a}\n'
MTIME = 1_600_000_000
CHECKED, UNCHECKED = 3, 1
POLICY = """
version: 1
defaults: {reproducible: false}
rules:
  - {match: "**/level/**", optimize: [0, 1]}
  - {match: "**/mixed/**", optimize: [0, 1]}
  - {match: "**/link*/**", optimize: [0, 1]}
  - {match: "**/dupes/**", optimize: [0, 1], hardlink-dupes: true}
  - {match: "**/hash/**", invalidation: checked-hash}
  - {match: "**/mode/**", invalidation: timestamp}
  - {match: "**/canonical/**", reproducible: true}
"""


class Seeds:
    def __init__(self, root):
        self.root, self.expected, self.either = root, set(), []

    def path(self, where):
        return os.path.normpath(f"/{SITE}/{where}")

    def expect(self, code, where):
        self.expected.add((code, self.path(where)))

    def source(self, where, text=TEXT):
        """A source below the site, made once."""
        full = self.root + self.path(where)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if os.path.exists(full):
            return full
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        os.utime(full, (MTIME, MTIME))
        return full

    def pyc(self, where, level=0, flags=0, text=None, recorded=None, tag=TAG, magic=MAGIC, name=None,
            mtime=None, size=None, digest=None, body=None):
        """The cache of a source as Python writes it, but for what is given."""
        full = self.root + self.path(where)
        with open(full, "rb") as file:
            data = file.read()
        info = os.stat(full)
        body = body or marshal.dumps(compile(text or data, recorded or self.path(where), "exec", optimize=min(level, 2)))
        if flags:
            fields = digest or _imp.source_hash(int.from_bytes(MAGIC, "little"), data)
        else:
            fields = ((int(info.st_mtime) if mtime is None else mtime).to_bytes(4, "little")
                      + (info.st_size if size is None else size).to_bytes(4, "little"))
        stem = os.path.basename(where)[:-3]
        suffix = f".opt-{level}" if level else ""
        cache = name or f"{os.path.dirname(full)}/__pycache__/{stem}.{tag}{suffix}.pyc"
        os.makedirs(os.path.dirname(cache), exist_ok=True)
        with open(cache, "wb") as file:
            file.write(magic + flags.to_bytes(4, "little") + fields + body)
        os.utime(cache, (MTIME, MTIME))
        return cache

    def both(self, where, **more):
        self.source(where)
        return self.pyc(where, **more)


def cached(where, level=0, tag=TAG):
    head, name = os.path.split(where)
    suffix = f".opt-{level}" if level else ""
    return f"{head}/__pycache__/{name[:-3]}.{tag}{suffix}.pyc"


## Packing

def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)
    if done.returncode:
        sys.exit(f"{command}: {done.returncode}\n{done.stdout.decode(errors='replace')}")


def pack_tar(root, name):
    run("tar", "-C", root, "--sort=name", "-cf", name, "usr")


def pack_pkg(root, name):
    with open(f"{root}/.PKGINFO", "w", encoding="utf-8") as file:
        file.write("pkgname = faults\npkgver = 1-1\narch = any\n")
    run("bsdtar", "-C", root, "--zstd", "-cf", name, ".PKGINFO", "usr")


def pack_deb(root, name):
    os.makedirs(f"{root}/DEBIAN", exist_ok=True)
    with open(f"{root}/DEBIAN/control", "w", encoding="utf-8") as file:
        file.write("Package: faults\nVersion: 1\nArchitecture: all\nMaintainer: nobody <n@b.invalid>\n"
                   "Description: faults\n")
    run("dpkg-deb", "-Zxz", "--build", root, name)
    shutil.rmtree(f"{root}/DEBIAN")


SPEC = """
%global __os_install_post %{{nil}}
%global _build_id_links none
%global _rpmfilename faults.rpm
%global debug_package %{{nil}}
Name: faults
Version: 1
Release: 1
Summary: faults
License: none
BuildArch: noarch
AutoReqProv: no
%description
%install
mkdir -p %{{buildroot}}
cp -a {root}/usr %{{buildroot}}/
%files
%defattr(-,root,root,-)
/usr
"""


def pack_rpm(root, name):
    top = f"{T}/rpm"
    os.makedirs(top, exist_ok=True)
    with open(f"{top}/faults.spec", "w", encoding="utf-8") as file:
        file.write(SPEC.format(root=root))
    run("rpmbuild", "-bb", "--define", f"_topdir {top}", "--define", f"_rpmdir {top}",
        "--define", f"_tmppath {top}", "--nodeps", f"{top}/faults.spec",
        env={**os.environ, "LC_ALL": "C.UTF-8"})
    os.rename(f"{top}/faults.rpm", name)


def pack_rpm6(root, name):
    """As rpm 6 does it: members are numbers of files in the header."""
    old = f"{name}.old"
    pack_rpm(root, old)
    files = subprocess.check_output(["rpm", "-qp", "--qf", r"[%{FILENAMES}\n]", old]).split(b"\n")
    cpio = subprocess.check_output(["rpm2cpio", old])
    stripped, at = b"", 0
    while True:
        size, n = (int(cpio[at + i:at + i + 8], 16) for i in (54, 94))
        member = cpio[at + 110:at + 110 + n - 1]
        data = at + 110 + n + (-(110 + n) & 3)
        if member == b"TRAILER!!!":
            stripped += cpio[at:data]
            break
        stripped += b"07070X%08x\0\0" % files.index(member.removeprefix(b"."))
        stripped += cpio[data:data + size] + bytes(-size & 3)
        at = data + size + (-size & 3)
    with open(old, "rb") as file:
        package = file.read()
    at = 96
    for align in (7, 0):
        n, size = (int.from_bytes(package[at + i:at + i + 4], "big") for i in (8, 12))
        at += 16 + 16 * n + size
        at += -at & align
    with open(name, "wb") as file:
        file.write(package[:at] + gzip.compress(stripped))


def pack_zip(root, name, top=""):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for where, _, names in os.walk(f"{root}/{top}"):
            for each in sorted(names):
                path = os.path.join(where, each)
                archive.write(path, os.path.relpath(path, f"{root}/{top}"))


def pack_whl(root, name):
    pack_zip(root, name, SITE)


def unpack(kind, name, to):
    """What the real tools make of a package."""
    os.makedirs(to)
    if kind == "deb":
        run("dpkg-deb", "-x", name, to)
    elif kind in ("rpm", "rpm6"):
        name += ".old" if kind == "rpm6" else ""
        run("sh", "-c", 'rpm2cpio "$1" | (cd "$2" && cpio -idm --quiet)', "sh", name, to)
    else:
        run("bsdtar", "-C", to, "-xpf", name)


PACKERS = {"tar": (pack_tar, "f.tar"), "pkg": (pack_pkg, "f-1-1-any.pkg.tar.zst"),
           "deb": (pack_deb, "f_1_all.deb"), "rpm": (pack_rpm, "f-1-1.noarch.rpm"),
           "rpm6": (pack_rpm6, "f-1-6.noarch.rpm"),
           "zip": (pack_zip, "f.zip"), "whl": (pack_whl, "f-1-py3-none-any.whl")}


## Looking

def verify(*arguments):
    command = [PYCSYNC, "verify", "--json", "--python", PY, "--policy", f"{T}/policy.yaml", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.stderr or done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != (0 if lines[-1]["summary"]["ok"] else 1):
        sys.exit("status and summary do not agree")
    # With --deep, a package says once of each version that there is no interpreter for it.
    found = [(line["finding"], line["path"]) for line in lines[:-1]
             if line["finding"] != "not-examined" or line["path"] != line["archive"]]
    if len(found) != len(set(found)):
        sys.exit(f"reported twice: {sorted(one for one in found if found.count(one) > 1)}")
    return lines[:-1], set(found)


def compare(what, found, expected):
    for one in sorted(found - expected):
        print(f"{what}: not seeded: {one}")
    for one in sorted(expected - found):
        print(f"{what}: not found: {one}")
    if found != expected:
        sys.exit(1)
