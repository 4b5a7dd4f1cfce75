# SPDX-License-Identifier: LGPL-2.1-or-later
"""Seeds faults of every kind and insists that pycsync verify finds exactly these.

faults.py KIND...    KIND: tree, tar, pkg, deb, rpm, rpm6, whl, zip; or fix

One tree holds all faults, each in a directory of its own beside a module that is right; it is looked at
as it is, or packed by the real tools.  What is reported must be what was seeded: nothing more, nothing
twice.  What is said of mtimes and magic numbers must be what Python itself reads from the headers.
The same without faults must yield nothing.  $T is where to work, $PYCSYNC the program, $PY CPython 3.11.
"""

import gzip
import importlib.util
import json
import marshal
import os
import shutil
import stat
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
rules:
  - {match: "**/level/**", optimize: [0, 1]}
  - {match: "**/mixed/**", optimize: [0, 1]}
  - {match: "**/link*/**", optimize: [0, 1]}
  - {match: "**/hash/**", invalidation: checked-hash}
  - {match: "**/mode/**", invalidation: timestamp}
  - {match: "**/canonical/**", reproducible: true}
"""


class Seeds:
    def __init__(self, root):
        self.root, self.expected, self.either = root, set(), []

    def path(self, where):
        return f"/{SITE}/{where}"

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
            mtime=None, size=None, digest=None):
        """The cache of a source as Python writes it, but for what is given."""
        full = self.root + self.path(where)
        with open(full, "rb") as file:
            data = file.read()
        info = os.stat(full)
        code = compile(text or data, recorded or self.path(where), "exec", optimize=level)
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
            file.write(magic + flags.to_bytes(4, "little") + fields + marshal.dumps(code))
        os.utime(cache, (MTIME, MTIME))
        return cache

    def both(self, where, **more):
        self.source(where)
        return self.pyc(where, **more)


def cached(where, level=0, tag=TAG):
    head, name = os.path.split(where)
    suffix = f".opt-{level}" if level else ""
    return f"{head}/__pycache__/{name[:-3]}.{tag}{suffix}.pyc"


def seed_right(s):
    for where in ("right/__init__.py", "right/mod.py", "right/sub/a.b.py", "single.py"):
        s.both(where)
    s.both("hash/ok.py", flags=CHECKED)
    for level in (0, 1):
        s.both("level/ok.py", level=level)
    s.source("right/größe.py")
    s.pyc("right/größe.py")


def seed_fresh(s):
    """Faults of freshness and form."""
    for code in ("missing", "stale-mtime", "stale-size", "wrong-magic", "unknown-tag", "truncated", "cut",
                 "damaged", "flags", "behind", "leak", "elsewhere", "orphans", "mode"):
        s.both(f"{code}/ok.py", flags=0)
    s.source("missing/mod.py")
    s.expect("missing", "missing/mod.py")
    s.both("level/mod.py")
    s.expect("level-missing", "level/mod.py")
    s.both("stale-mtime/mod.py", mtime=MTIME + 2)
    s.expect("stale-mtime", cached("stale-mtime/mod.py"))
    s.both("stale-size/mod.py", size=1)
    s.expect("stale-size", cached("stale-size/mod.py"))
    s.both("hash/mod.py", flags=CHECKED, digest=b"12345678")
    s.expect("stale-hash", cached("hash/mod.py"))
    s.both("wrong-magic/mod.py", magic=(3531).to_bytes(2, "little") + b"\r\n")
    s.expect("wrong-magic", cached("wrong-magic/mod.py"))
    s.pyc("unknown-tag/ok.py", tag="cpython-37")
    s.expect("unknown-tag", cached("unknown-tag/ok.py", tag="cpython-37"))
    os.truncate(s.both("truncated/mod.py"), 10)
    s.expect("truncated", cached("truncated/mod.py"))
    cache = s.both("cut/mod.py")
    os.truncate(cache, os.path.getsize(cache) - 3)
    s.expect("truncated", cached("cut/mod.py"))
    for where, at, byte in (("damaged/mod.py", 16, b"?"), ("flags/mod.py", 4, b"\x07")):
        with open(s.both(where), "r+b") as file:
            file.seek(at)
            file.write(byte)
        s.expect("damaged", cached(where))
    with open(s.both("behind/mod.py"), "ab") as file:
        file.write(b"x")
    s.expect("damaged", cached("behind/mod.py"))
    s.both("leak/mod.py", recorded=f"/build/x/pkg/{SITE}/leak/mod.py")
    s.expect("leaking-path", cached("leak/mod.py"))
    s.both("elsewhere/mod.py", recorded="mod.py")
    s.expect("wrong-path", cached("elsewhere/mod.py"))
    s.both("mode/mod.py", flags=UNCHECKED)
    s.expect("wrong-mode", cached("mode/mod.py"))


def seed_canonical(s):
    """As Python writes it; a module of one constant is canonical anyway."""
    s.source("canonical/mod.py")
    s.pyc("canonical/mod.py")
    s.expect("non-canonical", cached("canonical/mod.py"))


def seed_strays(s):
    """What lies where it should not."""
    os.unlink(s.root + s.path("orphans/mod.py")) if s.both("orphans/mod.py") else None
    s.expect("orphan", cached("orphans/mod.py"))
    s.both("gone/mod.py")
    os.unlink(s.root + s.path("gone/mod.py"))
    s.source("gone/data.txt")
    s.expect("orphan", cached("gone/mod.py"))
    s.expect("orphan-directory", "gone/__pycache__")
    for name in (".pycsync-0123456789abcdef.tmp", f"ok.{TAG}.pyc.140234"):
        s.both("left/ok.py")
        s.source(f"left/__pycache__/{name}", "x")
        s.expect("temporary", f"left/__pycache__/{name}")
    s.source("legacy/mod/sub.py")
    s.pyc("legacy/mod/sub.py")
    s.pyc("legacy/mod/sub.py", name=s.root + s.path("legacy/mod.pyc"))
    s.expect("legacy-shadow", "legacy/mod.pyc")
    s.both("shadow.py")
    s.pyc("shadow.py", name=s.root + s.path("shadow/__init__.pyc"))
    s.expect("legacy-shadow", "shadow/__init__.pyc")


def seed_links(s):
    """Links, modes and owners: what a zip does not have."""
    s.both("symlink/ok.py")
    os.rename(s.root + s.path("symlink/__pycache__"), s.root + s.path("symlink/elsewhere"))
    os.symlink("elsewhere", s.root + s.path("symlink/__pycache__"))
    s.expect("symlinked-cache", "symlink/__pycache__")
    # What lies elsewhere is a pyc outside of __pycache__; a note, as it may be meant.
    shutil.rmtree(s.root + s.path("symlink/elsewhere"))
    s.both("nofile/ok.py")
    os.symlink(f"nowhere.{TAG}.pyc", s.root + s.path(cached("nofile/ok.py", 2)))
    s.expect("no-file", cached("nofile/ok.py", 2))
    # The importer follows links: they are what they lead to.
    s.both("stow/ok.py")
    s.source("stow/mod.py")
    os.makedirs(s.root + s.path("stowed/__pycache__"))
    for name in ("ok", "mod"):
        os.rename(s.root + s.path(f"stow/{name}.py"), s.root + s.path(f"stowed/{name}.py"))
        os.symlink(f"../stowed/{name}.py", s.root + s.path(f"stow/{name}.py"))
        os.symlink(f"../../stowed/__pycache__/{name}.{TAG}.pyc", s.root + s.path(cached(f"stow/{name}.py")) + ".new")
        os.rename(s.root + s.path(cached(f"stow/{name}.py")) + ".new", s.root + s.path(cached(f"stow/{name}.py")))
    s.pyc("stowed/ok.py")
    os.truncate(s.pyc("stowed/mod.py"), 20)
    s.expect("truncated", cached("stow/mod.py"))
    s.expect("truncated", cached("stowed/mod.py"))
    for where in ("linked/a.py", "linked/b.py"):
        s.both(where)
        s.pyc(where, level=1)
    os.unlink(s.root + s.path(cached("linked/b.py")))
    os.link(s.root + s.path(cached("linked/a.py")), s.root + s.path(cached("linked/b.py")))
    s.expect("link-wrong", cached("linked/b.py"))
    for where in ("access/ok.py", "access/mod.py", "access/wide.py"):
        s.both(where)
    os.chmod(s.root + s.path(cached("access/mod.py")), 0o600)
    os.chmod(s.root + s.path(cached("access/wide.py")), 0o666)
    s.expect("wrong-permissions", cached("access/mod.py"))
    s.expect("wrong-permissions", cached("access/wide.py"))


def seed_levels(s):
    """Levels that are the same, and are to be one file."""
    s.both("links/mod.py", level=0)
    s.pyc("links/mod.py", level=1)
    for where in ("links/same.py", "links/one.py"):
        s.source(where, "x = 1\n")
        s.pyc(where)
    s.pyc("links/same.py", level=1)
    os.link(s.root + s.path(cached("links/one.py")), s.root + s.path(cached("links/one.py", 1)))
    s.expect("link-broken", cached("links/same.py", 1))


def seed_owner(s):
    if os.geteuid() == 0:
        os.chown(s.both("owner/mod.py"), 65534, 65534)
        s.expect("wrong-owner", cached("owner/mod.py"))


def seed_mixed(s):
    """For packages: nothing says which mode is the right one."""
    s.both("mixed/ok.py")
    s.pyc("mixed/ok.py", level=1)
    s.both("mixed/mod.py", level=0)
    s.pyc("mixed/mod.py", level=1, flags=CHECKED)
    s.expect("mixed-mode", cached("mixed/mod.py", 1))


## Pairs

# Each fault of one source and its pyc: its code, what the pyc is written with, what is done to it or laid
# beside it then, the directory that the policy knows, and where it cannot be.
NO_ZIP = ("zip", "whl")


def cut(_, __, cache):
    os.truncate(cache, os.path.getsize(cache) - 3)


def head(_, __, cache):
    os.truncate(cache, 10)


def poke(at, byte):
    def change(_, __, cache):
        with open(cache, "r+b") as file:
            if len(file.read()) > at:
                file.seek(at)
                file.write(byte)
    return change


def behind(_, __, cache):
    with open(cache, "ab") as file:
        file.write(b"x")


def beside(name, link=False):
    def lay(_, __, cache):
        path = f"{os.path.dirname(cache)}/{name}"
        if link:
            os.symlink("nowhere", path)
        else:
            shutil.copyfile(cache, path)
    return lay


def shadow(s, where, cache):
    os.makedirs(s.root + s.path(where)[:-3])
    shutil.copyfile(cache, s.root + s.path(where)[:-3] + "/__init__.pyc")


FAULTS = {
    "mtime": ("stale-mtime", {"mtime": MTIME + 2}, None, "", ()),
    "size": ("stale-size", {"size": 1}, None, "", ()),
    "hash": ("stale-hash", {"flags": CHECKED, "digest": b"12345678"}, None, "hash", ()),
    "mode": ("wrong-mode", {"flags": UNCHECKED}, None, "mode", ()),
    "magic": ("wrong-magic", {"magic": (3531).to_bytes(2, "little") + b"\r\n"}, None, "", ()),
    "leak": ("leaking-path", {"recorded": "/build/x/mod.py"}, None, "", ()),
    "elsewhere": ("wrong-path", {"recorded": "mod.py"}, None, "", ()),
    "canonical": ("non-canonical", {}, None, "canonical", ()),
    "cut": ("truncated", {}, cut, "", ()),
    "head": ("truncated", {}, head, "", ()),
    "bad": ("damaged", {}, poke(16, b"?"), "", ()),
    "flags": ("damaged", {}, poke(4, b"\7"), "", ()),
    "behind": ("damaged", {}, behind, "", ()),
    "access": ("wrong-permissions", {}, lambda _, __, cache: os.chmod(cache, 0o600), "", NO_ZIP),
    "owner": ("wrong-owner", {}, lambda _, __, cache: os.chown(cache, 65534, 65534), "",
              NO_ZIP + ("rpm", "rpm6")),
    "level": ("level-missing", {}, None, "level", ("whl",)),
    "unknown": ("unknown-tag", {}, beside("mod.cpython-37.pyc"), "", ()),
    "temporary": ("temporary", {}, beside(f"mod.{TAG}.pyc.1234"), "", ()),
    "nofile": ("no-file", {}, beside(f"mod.{TAG}.opt-2.pyc", True), "", NO_ZIP),
    "shadow": ("legacy-shadow", {}, shadow, "", ()),
}
# What cannot be known where the first one is: without a header nothing but its access; of another magic
# number, whose key the hash has, no body; of a body that is not whole, no path and no form.
BODY = {"leak", "elsewhere", "canonical"}
HIDDEN = {
    "head": BODY | {"mtime", "size", "hash", "mode", "magic", "cut", "bad", "flags", "behind"},
    "flags": BODY | {"mtime", "size", "hash", "mode", "magic", "cut", "bad", "behind"},
    "magic": BODY | {"hash", "cut", "bad", "behind"},
    "cut": BODY | {"bad", "behind"}, "bad": BODY | {"cut", "behind"}, "behind": BODY | {"cut", "bad"},
}
# Both are one field, or one says what the other denies.
IMPOSSIBLE = [{"leak", "elsewhere"}, {"hash", "mode"}, {"hash", "mtime"}, {"hash", "size"}, {"mode", "mtime"},
              {"mode", "size"}]


def pairs(kind):
    """Every two faults that one source can have."""
    names = [name for name in FAULTS if kind not in FAULTS[name][4] and (name != "owner" or os.geteuid() == 0)]
    for i, one in enumerate(names):
        for other in names[i + 1:]:
            if {one, other} not in IMPOSSIBLE:
                yield one, other


def where_of(code, where):
    head_, name = os.path.split(where)
    return {"level-missing": where, "unknown-tag": f"{head_}/__pycache__/{name[:-3]}.cpython-37.pyc",
            "temporary": f"{cached(where)}.1234", "no-file": cached(where, 2),
            "legacy-shadow": f"{where[:-3]}/__init__.pyc"}.get(code, cached(where))


def seed_pair(s, one, other):
    """Both on one source, and the next one beside it has none."""
    both = (FAULTS[one], FAULTS[other])
    place = "/".join(["pairs", f"{one}-{other}"] + sorted({fault[3] for fault in both} - {""}))
    where, right = f"{place}/mod.py", f"{place}/ok.py"
    flags = CHECKED if "hash" in (one, other) else 0
    levels = {0} | ({1} if "level" in (one, other) else set()) | ({2} if "nofile" in (one, other) else set())
    for level in levels if "canonical" not in (one, other) else (): # what Python writes is not
        s.both(right, level=level, flags=flags)
    cache = s.both(where, **{"flags": flags, **both[0][1], **both[1][1]})
    for fault in both:
        if fault[2]:
            fault[2](s, where, cache)
    told = [(fault[0], s.path(where_of(fault[0], where))) for fault in both]
    hidden = [other in HIDDEN.get(one, set()), one in HIDDEN.get(other, set())]
    if all(hidden):
        s.either.append(set(told))
    else:
        s.expected |= {each for each, hides in zip(told, reversed(hidden)) if not hides}


def look_at_pairs(kind):
    s = Seeds(f"{T}/{kind}-pairs")
    count = 0
    for one, other in pairs(kind):
        seed_pair(s, one, other)
        count += 1
    if kind == "tree":
        _, found = verify("--root", s.root, f"/{SITE}")
    else:
        packer, name = PACKERS[kind]
        packer(s.root, f"{T}/pairs-{name}")
        _, found = verify(f"{T}/pairs-{name}")
    found = {(code, path if kind != "whl" else f"/{SITE}{path}") for code, path in found}
    for told in s.either: # of a body that is wrong in two ways one is told
        if not found & told:
            sys.exit(f"{kind}, pairs: none of {sorted(told)}")
        found -= told
    compare(f"{kind}, pairs", found, s.expected)
    return count


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


## Looking

def verify(*arguments):
    command = [PYCSYNC, "verify", "--json", "--python", PY, "--policy", f"{T}/policy.yaml", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.stderr or done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != (0 if lines[-1]["summary"]["ok"] else 1):
        sys.exit("status and summary do not agree")
    found = [(line["finding"], line["path"]) for line in lines[:-1]]
    if len(found) != len(set(found)):
        sys.exit(f"reported twice: {sorted(one for one in found if found.count(one) > 1)}")
    return lines[:-1], set(found)


def by_python(root, top, slack=0):
    """Which caches have another mtime or magic than Python expects, read by itself."""
    stale, magic = set(), set()
    for where, _, names in os.walk(f"{root}/{top}"):
        if os.path.basename(where) != "__pycache__":
            continue
        for name in names:
            path = os.path.join(where, name)
            parts = name.split(f".{TAG}.")
            source = f"{os.path.dirname(where)}/{parts[0]}.py"
            if len(parts) != 2 or not name.endswith(".pyc") or not os.path.isfile(source):
                continue
            if os.path.islink(path):
                continue
            with open(path, "rb") as file:
                head = file.read(16)
            if len(head) < 16 or int.from_bytes(head[4:8], "little") not in (0, 1, 3):
                continue
            shown = "/" + os.path.relpath(path, root)
            if head[:4] != MAGIC:
                magic.add(shown)
            elif head[4:8] == bytes(4):
                told = int.from_bytes(head[8:12], "little")
                if abs(told - (int(os.stat(source).st_mtime) & 0xFFFFFFFF)) > slack:
                    stale.add(shown)
    return stale, magic


def compare(what, found, expected):
    for one in sorted(found - expected):
        print(f"{what}: not seeded: {one}")
    for one in sorted(expected - found):
        print(f"{what}: not found: {one}")
    if found != expected:
        sys.exit(1)


PACKERS = {"tar": (pack_tar, "f.tar"), "pkg": (pack_pkg, "f-1-1-any.pkg.tar.zst"),
           "deb": (pack_deb, "f_1_all.deb"), "rpm": (pack_rpm, "f-1-1.noarch.rpm"),
           "rpm6": (pack_rpm6, "f-1-6.noarch.rpm"),
           "zip": (pack_zip, "f.zip"), "whl": (pack_whl, "f-1-py3-none-any.whl")}


def seeded(kind, faulty, canonical=True):
    s = Seeds(f"{T}/{kind}-{'faults' if faulty else 'right'}")
    seed_right(s)
    if not faulty:
        return s
    seed_fresh(s)
    if canonical:
        seed_canonical(s)
    seed_strays(s)
    if kind not in ("zip", "whl"):
        seed_links(s)
    if kind not in ("zip", "whl", "rpm", "rpm6"):
        seed_owner(s)
    if kind not in ("zip", "whl"):
        seed_levels(s)
    if kind != "tree":
        seed_mixed(s)
    return s


def look(kind, faulty):
    s = seeded(kind, faulty)
    if kind == "tree":
        root = s.root
        _, found = verify("--hardlink-dupes", "--root", root, f"/{SITE}")
    else:
        packer, name = PACKERS[kind]
        name = f"{T}/{'faults' if faulty else 'right'}-{name}"
        packer(s.root, name)
        _, found = verify("--hardlink-dupes", name)
        root = f"{T}/{kind}-{faulty}-unpacked"
        unpack(kind, name, root)
    expected = s.expected
    if kind == "whl":
        expected = {(code, path.removeprefix(f"/{SITE}")) for code, path in expected}
    compare(f"{kind}, {'faults' if faulty else 'right'}", found, expected)
    stale, magic = by_python(root, "" if kind == "whl" else SITE, 1 if kind in ("zip", "whl") else 0)
    wrong = {path for code, path in found if code == "link-wrong"}
    compare(f"{kind}: mtime", {p for c, p in found if c == "stale-mtime"}, stale - wrong)
    compare(f"{kind}: magic", {p for c, p in found if c == "wrong-magic"}, magic)
    return len(found)


def snapshot(root):
    """What is below, but for times."""
    found = {}
    for where, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(where, name)
            info = os.lstat(path)
            content = os.readlink(path) if stat.S_ISLNK(info.st_mode) else ""
            if stat.S_ISREG(info.st_mode):
                with open(path, "rb") as file:
                    content = file.read()
            found["/" + os.path.relpath(path, root)] = (info.st_mode, info.st_uid, info.st_gid, content)
    return found


def may_change(path, line):
    """Whether the fix of a finding may touch a path: what it is about, and the caches of its source."""
    about, source = line["path"], line["source"]
    if path == about or path.startswith(f"{about}/"):
        return True
    if line["finding"] == "symlinked-cache" and path.startswith(f"{os.path.dirname(about)}/__pycache__"):
        return True
    cache, stem = f"{os.path.dirname(source or about)}/__pycache__", os.path.basename(source or about)[:-3]
    return bool(source) and (path == cache or path.startswith(f"{cache}/{stem}."))


def shell(command):
    run("bash", "-ec", command, env={**os.environ, "PATH": f"{T}/bin:{os.environ['PATH']}"})


def fix():
    """The command that is named for each finding fixes it, and changes nothing else."""
    s = seeded("tree", True)
    s.both("open/ok.py")
    os.chmod(s.root + s.path("open/__pycache__"), 0o777)
    os.rename(s.root, f"{s.root}.seeded")
    where = ["--root", s.root, f"/{SITE}"]
    os.makedirs(f"{T}/bin")
    os.symlink(PYCSYNC, f"{T}/bin/pycsync")
    run("cp", "-a", f"{s.root}.seeded", s.root)
    lines, found = verify(*where)
    before = snapshot(s.root)
    for line in lines:
        one = (line["finding"], line["path"])
        if not line["command"]:
            sys.exit(f"no command for {one}: {line['fix']}")
        shutil.rmtree(s.root)
        run("cp", "-a", f"{s.root}.seeded", s.root)
        shell(line["command"])
        _, left = verify(*where)
        compare(f"{one}: left", left & {one}, set())
        compare(f"{one}: new", left - found, set())
        after = snapshot(s.root)
        for path in sorted(before.keys() | after.keys()):
            if before.get(path) != after.get(path) and not may_change(path, line):
                sys.exit(f"{one}: changed as well: {path}: {line['command']}")
    every_fix(s, where)
    return len(found)


def every_fix(s, where):
    """The line of the manual runs all of them."""
    if not shutil.which("jq"):
        print("note: without jq, its line in the manual is not tested")
        return
    shutil.rmtree(s.root)
    run("cp", "-a", f"{s.root}.seeded", s.root)
    words = " ".join(["--python", PY, "--policy", f"{T}/policy.yaml", *where])
    with open(os.path.join(os.path.dirname(__file__), "../../docs/pycsync-verify.8"), encoding="utf-8") as file:
        line = next(line[6:].strip() for line in file if line.startswith(".Dl $ pycsync verify --json |"))
    shell(line.replace("--json", f"--json {words}") + f" >{T}/commands; bash {T}/commands || :")
    compare("all fixed", verify(*where)[1], set())


def main():
    with open(f"{T}/policy.yaml", "w", encoding="utf-8") as file:
        file.write(POLICY)
    os.umask(0o022)
    for kind in sys.argv[1:]:
        if kind == "fix":
            print(f"fix: {fix()} faults fixed")
            continue
        print(f"{kind}: {look_at_pairs(kind)} pairs of faults found")
        look(kind, False)
        print(f"{kind}: {look(kind, True)} faults found")


main()
