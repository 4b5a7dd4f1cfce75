# SPDX-License-Identifier: LGPL-2.1-or-later
"""Seeds faults of every kind and insists that pycsync verify finds exactly these.

faults.py KIND...    KIND: tree, tar, pkg, deb, rpm, rpm6, whl, zip; or fix

One tree holds all faults, each in a directory of its own beside a module that is right; it is looked at
as it is, or packed by the real tools.  What is reported must be what was seeded: nothing more, nothing
twice.  What is said of mtimes and magic numbers must be what Python itself reads from the headers.
The same without faults must yield nothing.  $T is where to work, $PYCSYNC the program, $PY CPython 3.11.
"""

import os
import shutil
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from seeds import (CHECKED, MAGIC, MTIME, PACKERS, POLICY, PY, PYCSYNC, SITE, T, TAG, UNCHECKED, Seeds, cached,  # noqa: E402
                   compare, run, unpack, verify)


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
        look(kind, False)
        print(f"{kind}: {look(kind, True)} faults found")


main()
