# SPDX-License-Identifier: LGPL-2.1-or-later
"""Would this interpreter's importer take every cache below a directory, and is each one right?

pyccheck.py [OPTION]... DIR...     prints faults and a count; exits 1 if there was a fault

--levels 0,1,2    the levels that each source must have (0)
--mode MODE       timestamp, checked-hash or unchecked-hash
--root DIR        recorded paths start below it
--except FILE     this source must have none (repeatable)
--allow FILE      this entry of a __pycache__ is nobody's business (repeatable)
--loads           only: every pyc has this magic number and unmarshals to its end

Every source is a regular file *.py, or a link to one; directory links are not followed.  Right means:
the header is the source's, the code is what compile() makes of the source under its recorded path.
Nothing else may lie in a __pycache__: no orphan, no temporary, no level that was not asked for.
"""

import argparse
import importlib.util
import io
import marshal
import os
import stat
import sys
import types

import _imp

FLAGS = {"timestamp": 0, "checked-hash": 3, "unchecked-hash": 1}


def same(one, other):
    """Whether two constants or code objects are alike, to the last line number."""
    if type(one) is not type(other):
        return False
    if isinstance(one, types.CodeType):
        names = [name for name in dir(one) if name.startswith("co_")]
        skipped = ("co_lines", "co_positions", "co_branches", "co_lnotab")
        return all(same(getattr(one, name), getattr(other, name))
                   for name in names if name not in skipped)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, frozenset):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other and repr(one) == repr(other)


def header(source, info, mode):
    flags = FLAGS[mode].to_bytes(4, "little")
    if mode == "timestamp":
        fields = (int(info.st_mtime) & 0xFFFFFFFF, info.st_size & 0xFFFFFFFF)
        return importlib.util.MAGIC_NUMBER + flags + b"".join(n.to_bytes(4, "little") for n in fields)
    magic = int.from_bytes(importlib.util.MAGIC_NUMBER, "little")
    return importlib.util.MAGIC_NUMBER + flags + _imp.source_hash(magic, source)


def unmarshal(data):
    """The object in a pyc; ValueError if anything is left behind it."""
    stream = io.BytesIO(data[16:])
    code = marshal.load(stream)
    if stream.read():
        raise ValueError("bytes behind the end")
    return code


class Checker:
    def __init__(self, options):
        self.options, self.faults, self.right = options, [], 0

    def fault(self, path, text):
        self.faults.append(f"{ascii(path)}: {text}")

    def source(self, path):
        with open(path, "rb") as file:
            source = file.read()
        recorded = path
        if self.options.root:
            recorded = "/" + os.path.relpath(path, self.options.root)
        for level in self.options.levels:
            cache = importlib.util.cache_from_source(path, optimization=level or "")
            try:
                self.cache(cache, source, os.stat(path), recorded, level)
            except (OSError, ValueError, EOFError, TypeError) as error:
                self.fault(cache, error)

    def cache(self, cache, source, info, recorded, level):
        if not stat.S_ISREG(os.lstat(cache).st_mode):
            raise ValueError("is no regular file")
        with open(cache, "rb") as file:
            data = file.read()
        wanted = header(source, info, self.options.mode)
        if data[:16] != wanted:
            raise ValueError(f"header {data[:16].hex()}, not {wanted.hex()}")
        code = unmarshal(data)
        if code.co_filename != recorded:
            raise ValueError(f"recorded path {code.co_filename!r}, not {recorded!r}")
        if not same(code, compile(source, recorded, "exec", dont_inherit=True, optimize=level)):
            raise ValueError("code differs from that of compile()")
        self.right += 1

    def directory(self, where, names):
        """A __pycache__: nothing in it may be without its source, or unknown."""
        for name in names:
            path = os.path.join(where, name)
            if path in self.options.allow:
                continue
            parts = name[:-4].rsplit(".", 2) if name.endswith(".pyc") else []
            if len(parts) == 3 and parts[2].startswith("opt-"):
                stem, tag, level = parts[0], parts[1], parts[2][4:]
            else:
                stem, tag, level = ".".join(parts[:-1]), parts[-1] if parts else "", "0"
            source = os.path.join(os.path.dirname(where), stem + ".py")
            hidden = stem == "py" and os.path.join(os.path.dirname(where), ".py")
            if not tag.startswith("cpython-"):
                self.fault(path, "stray")
            elif source in self.options.excepted:
                self.fault(path, "its source must have none")
            elif not (os.path.isfile(source) or hidden and os.path.isfile(hidden)):
                self.fault(path, "orphan")
            elif tag == sys.implementation.cache_tag and int(level) not in self.options.levels:
                self.fault(path, "level not asked for")

    def loads(self, path):
        try:
            with open(path, "rb") as file:
                data = file.read()
            if data[:4] != importlib.util.MAGIC_NUMBER:
                raise ValueError("magic number")
            unmarshal(data)
            self.right += 1
        except (ValueError, EOFError, TypeError) as error:
            self.fault(path, error)

    def walk(self, top):
        for where, _, names in os.walk(top):
            if os.path.basename(where) != "__pycache__":
                paths = (os.path.join(where, name) for name in names if name.endswith(".py"))
                if not self.options.loads:
                    for path in paths:
                        if os.path.isfile(path) and path not in self.options.excepted:
                            self.source(path)
            elif self.options.loads:
                for name in names:
                    if name.endswith(".pyc"):
                        self.loads(os.path.join(where, name))
            else:
                self.directory(where, names)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--levels", type=lambda text: [int(n) for n in text.split(",")], default=[0])
    parser.add_argument("--mode", choices=FLAGS, default="timestamp")
    parser.add_argument("--root")
    parser.add_argument("--except", dest="excepted", action="append", default=[])
    parser.add_argument("--allow", action="append", default=[])
    parser.add_argument("--loads", action="store_true")
    parser.add_argument("dirs", nargs="+")
    options = parser.parse_args()
    checker = Checker(options)
    for top in options.dirs:
        if not os.path.isdir(top):
            checker.fault(top, "is no directory")
        checker.walk(os.path.abspath(top))
    for line in checker.faults:
        print(line)
    print(f"{checker.right} right, {len(checker.faults)} faults")
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main())
