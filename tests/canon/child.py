# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs in the interpreter that is looked at, 3.8 or later; tests/canon/run gives it to python -c.

compile LEVEL POLLUTE: takes names of sources, each ended by a NUL, on standard input, and answers with
their pycs (timestamp 0) in that order. Each comes after its length, 0 where it does not compile. With
POLLUTE, modules are imported first and code objects kept, so that other strings are interned.

compare: takes pairs of pycs, each after its length, and compares what CPython makes of them: every
attribute of every code object, constants with their types and bits, and which code objects are one.
Answers with one line for each pair: equal, unloadable (the first one), or differs WHERE.

merged: takes pycs, and answers with one line for each: how many constants are equal to one before and
yet another object, and how many constants there are.
"""

import importlib.util
import marshal
import struct
import sys
import types
import warnings

MAGIC = importlib.util.MAGIC_NUMBER


def frames(stream):
    while True:
        head = stream.read(4)
        if len(head) < 4:
            return
        yield stream.read(struct.unpack("=I", head)[0])


def pollute():
    for name in ("decimal", "email.message", "html.entities", "json", "string", "unicodedata", "xml.sax"):
        try:
            __import__(name)
        except ImportError:
            pass
    for number in range(256):
        sys.intern(chr(number))


def compile_all(level, polluted):
    kept = []
    if polluted:
        pollute()
    names = sys.stdin.buffer.read().split(b"\0")[:-1]
    for name in names:
        data = b""
        try:
            with open(name, "rb") as f:
                code = compile(f.read(), name.decode(), "exec", 0, True, level)
            data = MAGIC + bytes(12) + marshal.dumps(code)
            if polluted:
                kept.append(code)
        except (SyntaxError, ValueError, UnicodeError, RecursionError):
            pass
        sys.stdout.buffer.write(struct.pack("=I", len(data)) + data)


class Keys:
    """Numbers for values: the same number for objects that no program can tell apart."""

    def __init__(self):
        self.numbers = {}

    def of(self, value):
        return Walk(self).number(value)


class Walk:
    def __init__(self, keys):
        self.numbers, self.memo, self.kept, self.apart = keys.numbers, {}, [], 0

    def number(self, value):
        if id(value) not in self.memo:
            if isinstance(value, types.CodeType) or value != value:     # a code object or not a number
                self.apart += 1
                parts = (self.apart,) + self.parts(value)
            else:
                parts = self.parts(value)
            key = (type(value),) + parts
            self.kept.append(value)
            self.memo[id(value)] = self.numbers.setdefault(key, len(self.numbers))
        return self.memo[id(value)]

    def parts(self, value):
        if isinstance(value, float):
            return (struct.pack("<d", value),)
        if isinstance(value, complex):
            return (struct.pack("<dd", value.real, value.imag),)
        if isinstance(value, tuple):
            return tuple(map(self.number, value))
        if isinstance(value, frozenset):
            return (len(value), frozenset(map(self.number, value)))
        if isinstance(value, slice):
            return (self.number(value.start), self.number(value.stop), self.number(value.step))
        if isinstance(value, types.CodeType):
            return tuple((name, self.number(getattr(value, name))) for name in attributes(value))
        if isinstance(value, (int, str, bytes, type(None), type(...))):
            return (value,)
        raise TypeError(type(value))


def attributes(code):
    names = [name for name in sorted(dir(code)) if name.startswith("co_")]
    if "co_linetable" in names and "co_lnotab" in names:
        names.remove("co_lnotab")   # made of the other in a way that hostile code can hurt
    return [name for name in names if not callable(getattr(code, name))]


def where(one, other, path="module"):
    """The name of the first attribute that differs."""
    keys = Keys()
    for name in attributes(one):
        a, b = getattr(one, name), getattr(other, name)
        if keys.of(a) == keys.of(b):
            continue
        if name == "co_consts" and len(a) == len(b):
            for x, y in zip(a, b):
                if isinstance(x, types.CodeType) and isinstance(y, types.CodeType) and \
                        keys.of(x) != keys.of(y):
                    return where(x, y, path + "." + x.co_name)
        return "%s %s: %.200r, %.200r" % (path, name, a, b)
    return "which code objects are one"


def compare_all():
    stream = frames(sys.stdin.buffer)
    for one, other in zip(stream, stream):
        try:
            a = marshal.loads(one[16:])
        except Exception as e:      # pylint: disable=broad-except
            print("unloadable", type(e).__name__, e, flush=True)
            continue
        try:
            b = marshal.loads(other[16:])
        except Exception as e:      # pylint: disable=broad-except
            print("differs: cannot be loaded:", type(e).__name__, e, flush=True)
            continue
        keys = Keys()
        same = one[:16] == other[:16] and keys.of(a) == keys.of(b)
        print("equal" if same else "differs: " + where(a, b), flush=True)


def constants(code):
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            yield from constants(value)
        else:
            yield from inside(value)


def inside(value):
    yield value
    if isinstance(value, (tuple, frozenset)):
        for item in value:
            yield from inside(item)


def count_merged():
    for data in frames(sys.stdin.buffer):
        keys, first, merged, n = Keys(), {}, {}, 0
        for value in constants(marshal.loads(data[16:])):
            n += 1
            key = keys.of(value)
            if first.setdefault(key, value) is not value:
                merged[id(value)] = value
        print(len(merged), n, *[ascii(value)[:60] for value in list(merged.values())[:3]], flush=True)


def main(what, *rest):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    if what == "compile":
        compile_all(int(rest[0]), rest[1] == "1")
    elif what == "compare":
        compare_all()
    else:
        count_merged()


main(*sys.argv[1:])
