#!/usr/bin/python3.11
# SPDX-License-Identifier: LGPL-2.1-or-later
"""agree.py: does the bytecode on disk agree with the sources on disk?

usage: agree.py [--agreed FILE] TREE...

An opinion that owes nothing to the program under test: for each source below TREE

  - the importer of this interpreter takes the cache and does not compile (compile() is poisoned
    while it is asked), and the cache holds the very code that compile() makes of the source,
    recorded name and line tables included;
  - a symlink to a source may have a cache, which must then be right in the same way;
  - mode and owner of the cache follow the source, and no one else may write where it lies;
  - a source that does not compile has no cache; so has one whose package ships its bytecode,
    other than the package's own.

And for all below TREE: no cache without its source, no other entry in a __pycache__, no cache
that an optimising interpreter would take although it is wrong, and no empty directory but those
that belong to a package.
One fault a line on stdout, then a summary. Exit status: 0 agreed, 1 did not. FILE holds digests of
what agreed before, source, name, level and code: the same again need not be compiled once more.
"""

import functools
import glob
import importlib.machinery
import importlib.util
import marshal
import os
import re
import stat
import sys
import types
import warnings

TAG = sys.implementation.cache_tag
CACHE_NAME = re.compile(rb"(.+)\.((?!opt-)[a-z]+-[0-9]+[a-z]*)(?:\.opt-([0-9A-Za-z]+))?\.pyc", re.S)
# Sources that the default policy leaves out as a whole directory, though some of them compile.
LEFT_OUT = re.compile(r"/(lib2to3/tests|test/test_lib2to3)/data/[^/]*\.py$")

poisoned = False
faults = 0
memory = None   # the file of
agreed = set()
in_caches = {}  # what packages own there, by directory


class Compiled(Exception):
    """The importer wanted to compile."""


def audit(event, _args):
    if poisoned and event == "compile":
        raise Compiled


def fault(path, what):
    global faults
    faults += 1
    print(f"{ascii(os.fsdecode(path))}: {what}")


def same_code(a, b):
    """Equal to the last constant; code objects leave much out of their own comparison."""
    if type(a) is not type(b):
        return False
    if isinstance(a, types.CodeType):
        names = [n for n in dir(a) if n.startswith("co_") and not callable(getattr(a, n))]
        return all(same_code(getattr(a, n), getattr(b, n)) for n in names)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same_code, a, b))
    if isinstance(a, frozenset):
        key = lambda x: (str(type(x)), repr(x))
        return same_code(tuple(sorted(a, key=key)), tuple(sorted(b, key=key)))
    if isinstance(a, (float, complex)):
        return repr(a) == repr(b)
    return a == b


def owned_by_packages():
    """Paths of all bytecode and, with a slash at the end, all directories that packages own."""
    owned = set()
    for name in glob.glob(b"/var/lib/pacman/local/*/files"):
        with open(name, "rb") as f:
            owned.update(b"/" + line for line in f.read().split(b"\n")
                         if line.endswith((b".pyc", b"/")))
    for name in glob.glob(b"/var/lib/dpkg/info/*.list"):
        with open(name, "rb") as f:
            for line in f.read().split(b"\n"):
                owned.update((line, line + b"/"))
    if glob.glob("/var/lib/rpm/*"):
        import subprocess  # not in every root
        # Bytecode that is a %ghost is for others to write.
        query = "[%{FILEMODES:perms} .%{FILEFLAGS:fflags} %{FILENAMES}\n]"
        for line in subprocess.check_output(["rpm", "-qa", "--qf", query]).split(b"\n")[:-1]:
            mode, flags, path = line.split(b" ", 2)
            if not (b"g" in flags and path.endswith(b".pyc")):
                owned.add(path + b"/" if mode.startswith(b"d") else path)
    return owned


def shipped(cache_dir, owned):
    """Names of the bytecode that packages have in a __pycache__."""
    if not in_caches:
        in_caches[b""] = []
        for path in owned:
            directory, name = os.path.split(path)
            if name.endswith(b".pyc"):
                in_caches.setdefault(directory, []).append(name)
    return in_caches.get(cache_dir, [])


def importer_takes(path):
    """Whether importing the source at path would use its cache, and not compile."""
    global poisoned
    poisoned = True
    try:
        importlib.machinery.SourceFileLoader("m", path).get_code("m")
    except Compiled:
        return False
    except Exception as e:
        return f"raises {e!r}"
    finally:
        poisoned = False
    return True


def header_fits(head, source):
    """Whether the importer of any level would accept a cache with this header."""
    if head[:4] != importlib.util.MAGIC_NUMBER:
        return False
    flags = int.from_bytes(head[4:8], "little")
    if flags & 1:
        with open(source, "rb") as f:
            return not flags & 2 or head[8:16] == importlib.util.source_hash(f.read())
    st = os.stat(source)
    words = int(st.st_mtime) & 0xFFFFFFFF, st.st_size & 0xFFFFFFFF
    return head[8:16] == b"".join(w.to_bytes(4, "little") for w in words)


@functools.lru_cache(maxsize=1)
def compiled(source, level):
    """The code of source, or None if it does not compile."""
    with open(source, "rb") as f:
        text = f.read()
    try:
        return compile(text, source, "exec", dont_inherit=True, optimize=level)
    except Exception:
        return None


def digest(source, cache, level):
    import hashlib  # not in every root
    with open(source, "rb") as text, open(cache, "rb") as code:
        parts = os.fsencode(source), b"%d" % level, text.read(), code.read()[16:]
    return hashlib.sha256(b"".join(b"%d " % len(p) + p for p in parts)).hexdigest()


def agrees_still(source, cache):
    """Whether it was found before that the source compiles to this cache."""
    try:
        return bool(agreed) and digest(source, cache, 0) in agreed
    except OSError:
        return False


def check_cache(source, cache, level):
    with open(cache, "rb") as f:
        raw = f.read()
    if not header_fits(raw[:16], source):
        return "is stale"
    made = memory and digest(source, cache, level)
    if made in agreed:
        return None
    what = check_code(source, raw, level)
    if made and what is None:
        agreed.add(made)
    return what


def check_code(source, raw, level):
    try:
        have = marshal.loads(raw[16:])
    except Exception as e:
        return f"does not load: {e!r}"
    want = compiled(source, level)
    if want is None:
        return "belongs to a source that does not compile"
    return None if same_code(have, want) else "holds other code than the source"


def check_source(source, owned):
    """Faults of one source, whose path is str because compile() wants it so."""
    directory, name = os.path.split(os.fsencode(source))
    stem = name[: -len(b".py")]
    cache_dir = os.path.join(directory, b"__pycache__")
    pattern = re.compile(re.escape(stem) + rb"\.[a-z]+-[0-9]+[a-z]*(\.opt-[0-9A-Za-z]+)?\.pyc")
    try:
        caches = [os.path.join(cache_dir, n) for n in os.listdir(cache_dir) if pattern.fullmatch(n)]
    except FileNotFoundError:
        caches = []

    ours = [c for c in caches if c not in owned]
    if any(map(pattern.fullmatch, shipped(cache_dir, owned))):
        for c in ours:
            fault(c, "was made although a package ships the bytecode of this source")
        return
    cache = os.fsencode(importlib.util.cache_from_source(source))
    if not agrees_still(source, cache) and compiled(source, 0) is None:
        for c in ours:
            fault(c, "is a cache of a source that does not compile")
        return
    if cache not in caches and (os.path.islink(source) or LEFT_OUT.search(source)):
        return
    if cache not in caches:
        fault(source, "has no cache")
        return
    taken = importer_takes(source)
    if taken is not True:
        fault(cache, "is not taken by the importer" if not taken else taken)
    for level in (0, 1, 2):
        c = os.fsencode(importlib.util.cache_from_source(source, optimization=level or ""))
        if c not in ours:
            continue
        what = check_cache(source, c, level)
        if what and (level == 0 or what != "is stale"):
            fault(c, what)
        have, like = os.lstat(c), os.stat(source)
        if not stat.S_ISREG(have.st_mode):
            fault(c, "is no regular file")
        if stat.S_IMODE(have.st_mode) != (like.st_mode | 0o200) & 0o666:
            fault(c, f"has mode {stat.S_IMODE(have.st_mode):o}, its source {like.st_mode:o}")
        if (have.st_uid, have.st_gid) != (like.st_uid, like.st_gid):
            fault(c, f"belongs to {have.st_uid}:{have.st_gid}, not to the owner of its source")
    loose = os.lstat(cache_dir).st_mode & ~os.lstat(directory).st_mode & 0o022
    if loose:
        fault(cache_dir, "can be written by more than its parent")


def check_cache_dir(path, owned):
    """Every entry is a cache, and its source is there."""
    for name in os.listdir(path):
        entry = os.path.join(path, name)
        m = CACHE_NAME.fullmatch(name)
        if entry in owned:
            continue
        if not m:
            fault(entry, "does not belong into a __pycache__")
        elif not os.path.isfile(os.path.join(os.path.dirname(path), m[1] + b".py")):
            fault(entry, "is a cache without its source")


def recall(name):
    global memory
    memory = name
    if os.path.exists(name):
        with open(name, encoding="ascii") as f:
            agreed.update(f.read().split())


def main():
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    sys.addaudithook(audit)
    owned = owned_by_packages()
    sources = 0
    trees = sys.argv[1:]
    if trees[0] == "--agreed":
        recall(trees[1])
        del trees[:2]
    for tree in map(os.fsencode, trees):
        for directory, dirs, files in os.walk(tree):
            if not dirs and not files and directory != tree and directory + b"/" not in owned:
                fault(directory, "is an empty directory")
            if os.path.basename(directory) == b"__pycache__":
                dirs.clear()
                check_cache_dir(directory, owned)
                continue
            for name in files:
                path = os.path.join(directory, name)
                if name.endswith(b".py") and os.path.isfile(path):
                    sources += 1
                    check_source(os.fsdecode(path), owned)
    if memory:
        with open(memory, "w", encoding="ascii") as f:
            f.write("\n".join(sorted(agreed)))
    print(f"agree: {sources} sources of {TAG}, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
