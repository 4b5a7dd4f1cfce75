# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sources whose marshalled code differs from process to process, or is easy to get wrong."""

SOURCES = {
    # Elements whose hashes are addresses, follow the seed, or collide.
    "sets": """
def f(x, y=(None, 1)):
    if x in {None, "a", b"b", 1.5, ..., (1, None), 2 ** 70, True}:
        return x in {0, 8, 16, 24, 32, 40, -1, -2}
    if x in {"delete", "replace", "insert", "equal", "\\xe9", "\\u20ac", " ", ""}:
        return x not in {1j, 2.0, 3, (4, (5, None)), 2 ** 31, -2 ** 31 - 1, 2 ** 63, 2 ** 53 + 1}
    return [z for z in {None, ..., False, "x"}] + [z for z in {b"", b"\\0", b"ab", b"abc", "abc"}]
def g(x):
    return x in {"insert", "replace", "delete", "equal", " ", "\\xe9", "", "\\u20ac"}
""",
    # Strings that some other module may have interned.
    "strings": """
a, b, c, d = " ", "\\xe9", "\\xff", "."
e = ["\\xe9", " ", "\\udc80", "a b", "name", "", "\\0", "x" * 255, "y" * 256, "z z" * 100]
\xe9 = "\xe9"
class K\xe9:
    def \xe9(self, \xff=lambda: None):
        "a docstring"
        return self.\xe9, \xff, "<lambda>", "<module>", "K\xe9.\xe9", "utf-8", "a docstring"
""",
    # Equal numbers of other types, and numbers that are not equal to themselves.
    "numbers": """
a = (1, 1.0, True, 1j, 0.0, -0.0, 0j, -0j, 1e999 - 1e999, 2 ** 31 - 1, 2 ** 31, -2 ** 31, 10 ** 30)
b = [1e999 - 1e999, -(1e999 - 1e999), (1e999 - 1e999) * 1j, 1e999, -1e999, 5e-324, 1e300, 2 ** 200]
c = ((1, 1.0), (1.0, 1), (True, 1), (0.0,), (-0.0,), (1,), (1,), ((1,), (1.0,)))
def f(a=1000, b=1000, c=(1, 2), *d, e=(1, 2), **g):
    return a is b, c is e, 1000, (1, 2), 123456789012345678901234567890
""",
    # Code objects that are equal, nested, or share what they are made of.
    "codes": """
f, g = [lambda: 0, lambda: 0], [lambda: 0]
def outer(a, /, b, *, c=None):
    d = e = 1
    def inner(x=(1, 2, 3)):
        nonlocal d
        d = lambda: (a, b, c, d, e, x)
        return d
    try:
        return inner
    finally:
        (lambda: outer)()
class C:
    def __init__(self):
        self.b = self.a = self.d = self.c = __class__
    async def run(self):
        async with self.a as b, self.c as d:
            return [x async for x in b[1:2, ::3, None:...]] + d[1:] + d[:"x"]
""",
    "empty": "",
}

