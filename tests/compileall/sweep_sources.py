# SPDX-License-Identifier: LGPL-2.1-or-later
"""Odd sources, made from a seed: parts of good and bad modules, put together, encoded and bent."""

import random

from cases_odd import COOKIES, FIRST, LONG, SOURCES, BIG
from table import ASSERT, DOC, FULL

GOOD = [
    FULL, DOC, ASSERT, "x = 1\n", "", "\n\n", "\f\n", "# comment\n", "pass;\n", "...\n", "'''doc'''\n",
    "class A(B, metaclass=C):\n    '''doc'''\n    x: int = 1\n    def f(self, /, a, *, b=2): return super().f(a, b)\n",
    "async def f():\n    async with a as b, c: await d\n    async for e in g: yield e\n",
    "def f():\n\tif a:\n\t\treturn 1\n\telse:\n\t        return 2\n",
    "x = f'{a!r:>{w}}{b=} {{}}' rb'\\d'.decode()\n", "x = '\\N{BULLET}\\ud800\\U0001f600\\x00'\n",
    "x = '\u00e9\u20ac\U0001f600'; \u00e9t\u00e9 = \u00aa = 1\n", "match x:\n    case [1, *r] | {'a': r}: pass\n    case _: pass\n",
    "x = [y for y in z if (w := y)] + [*a] + [{**b}]\n", "x = 1 if a else 2; lambda *a, k=1: (yield)\n",
    "x in {'a', 'b', 'c'} and y in (1, 2, (3, b'x')) and z in [None, ...]\n", "x = 10 ** 30, 1e400, -0.0, 3j, 0x" + "f" * 300 + "\n",
    "try:\n    pass\nexcept* A as e:\n    pass\n", "try:\n    a\nexcept (B, C) as e: raise D from e\nelse: b\nfinally: c\n",
    "with (a as b, c as d): pass\n", "@a\n@b.c(1)\nclass D: __slots__ = 'x', 'y'\n", "global x\nx = 1\n", "del a, b[1:2, ...], c.d\n",
    "from __future__ import annotations\n", "type A[T] = list[T]\n", "def f[T: int](a: T) -> T: return a\n",
    "if a:\n    b = 1  # c\n    # d\n\n", "import a.b as c, d\nfrom .e import (f as g,)\n", "x = a[1:2, ::3].b(*c, **d)(e=f)\n",
    "x = -1 ** 2 + ~3 @ y // 4 << 5 & z ^ 6 | w or not v and u\n", "def f(a: int = 1, *b, c=(), **d) -> None: nonlocal_ = a; return\n",
    "x = (\n1,\n\n# c\n2)\n", "x = 1 + \\\n  2\n", "if __debug__: x = 1\nelse: x = 2\n", "for i in range(3):\n  if i: continue\n  break\nelse: pass\n",
    "x = '''" + "long line\n" * 300 + "'''\n", "x = [" + "1.5, 'a', " * 400 + "]\n", "x = '" + "a" * 5000 + "'\n", "x" * 300 + " = 1\n",
]
WARNS = [
    "x is 1\n", "assert (x, 'y')\n", "x = '\\d'\n", "x = b'\\400\\q'\n", "1()\n", "'a'['b']\n", "[1, 2][3:4]('x')\n", "x = 1if y else 0x1for z\n",
    "def f():\n    try: pass\n    finally: return 1\n", "while 1:\n    try: pass\n    finally: break\n", "x = ~True\n", "x = f'\\d{a}'\n",
    "'''\\d'''\n", "x is ()\nx is 'a' is 2\n", "def f():\n    def g(): return 0 is x\n    '\\ '\n", "x = '\\8'; y = 0_7.0is 1\n", "None.x; (1,)[x]\n",
]
BAD = [
    "x = = 1\n", "x = 1 1\n", "(\n", "x = (]\n", ")\n", "x = '\n", "x = '''a\n", "x = f'{a\n", "x = f'{}'\n", "x = f'{a b}'\n", "x = f'{a!z}'\n",
    "return 1\n", "yield\n", "await x\n", "break\n", "continue\n", "global x\ndef f(x): global x\n", "nonlocal x\n", "def f(a, a): pass\n",
    "def f(a=1, b): pass\n", "f(a=1, 2)\n", "f(**a, *b)\n", "f(a for a in b, 1)\n", "1 = x\n", "f() = 1\n", "x + 1 = 2\n", "None = 1\n",
    "__debug__ = 1\n", "(a, b) += 1\n", "a, b: int\n", "del f()\n", "*a = 1\n", "print 1\n", "exec 'x'\n", "if x = 1: pass\n", "if x\n    pass\n",
    "if x:\n", "if x:\npass\n", "  x = 1\n", "if x:\n    a\n  b\n", "if x:\n\ta\n        b\n", "class A\n    pass\n", "for x y: pass\n",
    "while: pass\n", "import\n", "import a.b as\n", "from a import\n", "from . import *, b\n", "def f():\n    from a import *\n",
    "from __future__ import nosuch\n", "x = 1\nfrom __future__ import division\n", "from __future__ import braces\n", "try: pass\n",
    "try: pass\nexcept: pass\nexcept A: pass\n", "except A: pass\n", "else: pass\n", "x = 012\n", "x = 0b2\n", "x = 1_\n", "x = 1__0\n", "x = 1e\n",
    "x = 0xg\n", "x = '\\x1'\n", "x = '\\N{no such name}'\n", "x = '\\U00110000'\n", "x = b'\u00e9'\n", "x = \u20ac\n", "x = a\u00a0b\n", "x = \u201ca\u201d\n",
    "x = $\n", "x ? y\n", "x = !a\n", "x = `a`\n", "x <> y\n", "a->b\n", "x = a := 1\n", "x = (a = 1)\n", "[x for 1 in y]\n", "{1: 2, 3}\n",
    "{**a for a in b}\n", "lambda (a): 1\n", "def (x): pass\n", "def f(*): pass\n", "def f(**a, b): pass\n", "async x = 1\n", "async def f():\n  [await a for a in b]\n  yield from c\n",
    "class A:\n    return 1\n", "match x:\n    case a: pass\n    case b: pass\n", "match x:\n    case a | b: pass\n", "x = \\ 1\n", "x = 1 \\", "@\n",
    "with a as 1: pass\n", "raise a from\n", "assert\n", "x = 1; ; y\n", "x = a if b\n", "a b c d\n", "def f(:\n  pass\n", "x = [1, 2\ny = 3\n",
    "x = {\n'a': 1\n'b': 2}\n", "type A[T, T] = int\n", "x = t'{a'\n", "elif x: pass\n", "x = 'a' b'c'\n", "x = " + "9" * 5000 + "\n", "\ufeffx = 1\n", "x = 1\0\n",
    "x = 'a\0b'\n", "\x01\n", "x = '\udcff'\n", "# \udcff\n", "x = 1\x1a\n", "\udced\udca0\udc80 = 1\n",
]
STARTS = ["", "", "", "", "", "", "\n", "#!/usr/bin/python3\n", "\f", "# -*- coding: utf-8 -*-\n", "\n# coding: latin-1\n", "x = 1\n# coding: nosuch\n",
          "'''doc'''\n", "\\\n"]
ENDS = [""] * 15 + ["\n", "\n\n", "    ", "\f", "\\", "#", "\0", "\x1a", "\r", "\t\n", ";", "# end", "if 1:", "'"]
NEST = [("(", ")"), ("[", "]"), ("{", "}"), ("-", ""), ("not ", ""), ("lambda: ", ""), ("f(", ")"), ("{1: ", "}"), ("a[", "]"), ("(a + ", ")"),
        ("a if b else ", ""), ("~", ""), ("*", ""), ("(yield ", ")"), ("f'{", "}'"), ("await ", "")]
BLOCKS = ["if a:", "for a in b:", "while a:", "def f():", "class A:", "try:", "with a:", "async def f():"]


def deep(chance):
    """Nesting of expressions or of blocks, deep enough to be refused or not."""
    depth = chance.choice([3, 18, 19, 20, 21, 90, 95, 99, 100, 101, 150, 199, 200, 201, 300])
    if chance.random() < 0.3:
        step, head = chance.choice(["\t", " ", "    "]), chance.choice(BLOCKS)
        depth = min(depth, 101)
        return "".join(step * level + head + "\n" for level in range(depth)) + step * depth + "pass\n"
    before, after = chance.choice(NEST)
    return "x = " + before * depth + "a" + after * depth + "\n"


def long_line(chance):
    filler = chance.choice(["'" + "a" * 950 + "'", "'" + "\u00e9" * 600 + "'", " " * 990, "(" + "1, " * 400 + ")", "a" * 998])
    return "x = " + filler + chance.choice([" + ", "; ", " ", ";y = "]) + chance.choice(LONG + ["1", "b", "x is 1", "'\\d'"]) + "\n"


def body(chance):
    parts = chance.choices(GOOD, k=chance.choice([1, 1, 2, 3]))
    for some, often in ((BAD, 0.3), (WARNS, 0.3), (FIRST, 0.03)):
        if chance.random() < often:
            parts.insert(chance.randrange(len(parts) + 1), chance.choice(some))
    for make, often in ((deep, 0.08), (long_line, 0.08)):
        if chance.random() < often:
            parts.insert(chance.randrange(len(parts) + 1), make(chance))
    text = "".join(parts)
    if chance.random() < 0.1:
        text = "def outer():\n" + "".join("    " + line for line in text.splitlines(keepends=True))
    return chance.choice(STARTS) + text


def encoded(chance, text):
    """The bytes, with a mark or a cookie that may lie."""
    how = chance.random()
    if how < 0.7:
        return text.encode("utf-8", "surrogateescape" if chance.random() < 0.7 else "replace")
    if how < 0.8:
        return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")
    cookie = chance.choice(["latin-1", "latin-1", "cp1252", "utf-8", "ascii", "utf-8-sig", "koi8-r", "shift_jis"] + COOKIES)
    mark = b"\xef\xbb\xbf" if chance.random() < 0.2 else b""
    try:
        data = text.encode(chance.choice([cookie, "latin-1", "utf-8"]), "replace")
    except (LookupError, UnicodeError, ValueError):
        data = text.encode("utf-8", "replace")
    return mark + f"# coding: {cookie}\n".encode("latin-1", "replace") + data


def bent(chance, data):
    """The bytes, some of them moved, doubled, lost or changed."""
    for _ in range(chance.choice([0] * 12 + [1, 1, 2, 5])):
        if not data:
            break
        start = chance.randrange(len(data))
        end = min(len(data), start + chance.choice([1, 1, 2, 10]))
        new = chance.choice([b"", data[start:end] * 2, bytes([chance.randrange(256)]), chance.choice([b"\n", b"\t", b"(", b"'", b":", b" "])])
        data = data[:start] + new + data[end:]
    return data


def source(chance):
    if chance.random() < 0.1:
        data = SOURCES[chance.choice(sorted(set(SOURCES) - BIG))]
    else:
        data = encoded(chance, body(chance) + chance.choice(ENDS))
    data = bent(chance, data)
    lines = chance.random()
    if lines < 0.1:
        data = data.replace(b"\n", b"\r\n")
    elif lines < 0.13:
        data = data.replace(b"\n", b"\r")
    elif lines < 0.2:
        data = data.rstrip(b"\n")
    return data


def sources(seed, count):
    """So many sources, the same for a seed whatever the count."""
    return [source(random.Random(f"{seed} source {number}")) for number in range(count)]
