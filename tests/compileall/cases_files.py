# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sources that are hard to read or to compile, and the environment."""

from lab import File
from table import BAD, DOC, FULL, MIXED, PLAIN, SMALL, case

# Each alone in its tree, with something that compiles behind it.
SOURCES = {
    "bom": b"\xef\xbb\xbfx = '\xc3\xa9'\n",
    "bom-cookie": b"\xef\xbb\xbf# coding: utf-8\nx = 1\n",
    "bom-contrary": b"\xef\xbb\xbf# coding: latin-1\nx = 1\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    "cp1252-second-line": b"#!/usr/bin/python3\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
    "cookie-third-line": b"\n\n# coding: latin-1\nx = '\xe9'\n",
    "cookie-after-code": b"x = 1\n# coding: latin-1\ny = '\xe9'\n",
    "utf-16-lie": b"# coding: utf-16\nx = 1\n",
    "utf-8-sig": b"# coding: utf-8-sig\nx = 1\n",
    "cookie-unknown": b"# coding: no-such-codec\nx = 1\n",
    "cookie-no-text": b"# coding: hex\nx = 1\n",
    "cookie-rot13": b"# coding: rot13\nk = 1\n",
    "cookie-idna": b"# coding: idna\nx = 1\n",
    "utf-7": b"# coding: utf-7\nx = '+AOk-'\n",
    "shift-jis": b"# coding: shift_jis\nx = '\x83\x65\x83\x58\x83\x67'\n",
    "euc-jp-wrong": b"# coding: euc-jp\nx = '\xff'\n",
    "utf-16": "x = 1\n".encode("utf-16"),
    "not-utf-8": b"x = '\xff'\n",
    "not-utf-8-comment": b"x = 1 # \xff\ny = 2\n",
    "not-utf-8-late": b"x = 1\n" * 300 + b"# \xe9\n",
    "not-utf-8-error": b"x = 1\ny = = '\xe9'\n",
    "latin-1-error": b"# coding: latin-1\ny = = '\xe9'\n",
    "crlf": b"x = 1\r\ny = '''a\r\nb'''\r\n",
    "cr": b"x = 1\ry = '''a\rb'''\r",
    "cr-cookie": b"# coding: latin-1\rx = '\xe9'\r",
    "mixed-ends": b"x = 1\r\ny = 2\rz = 3\n",
    "no-newline": b"x = 1",
    "ctrl-z": b"x = 1\n\x1a",
    "form-feed": b"\x0cx = 1\n\x0c\ndef f():\n\x0c    pass\n",
    "nul": b"x = 1\0\n",
    "nul-first": b"\0",
    "nul-late": b"x = 1\n" * 1000 + b"\0",
    "nul-comment": b"# \0\nx = 1\n",
    "only-comment": b"# nothing",
    "only-blank": b"\n \n\t\n",
    "only-bom": b"\xef\xbb\xbf",
    "half-bom": b"\xef\xbb",
    "unterminated": b"x = '''\n",
    "unterminated-line": b"x = 'a\n",
    "unclosed": b"x = (1,\n",
    "mismatch": b"x = (1]\n",
    "indent": b"x = 1\n  y = 2\n",
    "dedent": b"if 1:\n    x = 1\n  y = 2\n",
    "no-body": b"def f():\nx = 1\n",
    "tabs": b"if 1:\n        x = 1\n\ty = 2\n",
    "tabs-error": b"if 1:\n\tx = 1\n        y = 2\n",
    "backslash-end": b"x = 1 \\",
    "print-statement": b"print 'x'\n",
    "exec-statement": b"exec 'x'\n",
    "backticks": b"x = `1`\n",
    "return-outside": b"return 1\n",
    "yield-outside": b"yield 1\n",
    "await-outside": b"await x\n",
    "break-outside": b"break\n",
    "nonlocal-module": b"nonlocal x\n",
    "global-late": b"def f():\n    x = 1\n    global x\n",
    "future-late": b"x = 1\nfrom __future__ import annotations\n",
    "future-unknown": b"from __future__ import nothing\n",
    "future-braces": b"from __future__ import braces\n",
    "barry": b"from __future__ import barry_as_FLUFL\nx = 1 <> 2\n",
    "assign-to-call": b"f() = 1\n",
    "assign-to-debug": b"__debug__ = 1\n",
    "same-argument": b"def f(a, a): pass\n",
    "keyword-again": b"f(a=1, a=2)\n",
    "star-alone": b"*a\n",
    "many-arguments": b"f(" + b"1, " * 300 + b")\n",
    "bytes-not-ascii": "x = b'\u20ac'\n".encode(),
    "identifier": "x\u20ac = 1\n".encode(),
    "identifier-normalised": "\ufb01 = \u212b = 1\n".encode(),
    "invisible": "x = 1\u200b\n".encode(),
    "smart-quotes": "x = \u201ca\u201d\n".encode(),
    "no-break-space": "x =\u00a01\n".encode(),
    "wide-error": "\u4e2d\u6587 = = '\U0001f40d'\n".encode(),
    "error-last-line": b"x = (",
    "error-long-line": b"x = '" + b"a" * 5000 + b"' = = 1\n",
    "error-tab-line": b"\t\tx = 1\n",
    "error-form-feed": b"\x0cif 1:\nx\n",
    "error-several-lines": b"f(a for a in b,\n  c)\n",
    "error-in-fstring": b"x = f'{a b}'\n",
    "error-empty-fstring": b"x = f'{}'\n",
    "error-unicode-escape": b"x = '\\N{nothing}'\n",
    "error-short-escape": b"x = '\\u12'\n",
    "error-bytes-escape": b"x = b'\\x1'\n",
    "number-underscore": b"x = 1__0\n",
    "number-zero": b"x = 012\n",
    "number-letter": b"x = 1if 1else 2\n",
    "number-huge": b"x = " + b"9" * 5000 + b"\n",
    "number-huge-hex": b"x = 0x" + b"f" * 5000 + b"\n",
    "number-float": b"x = 1e999, -0.0, 1e-400, 0.1, 5e-324j\n",
    "surrogate": b"x = '\\ud800'\n",
    "surrogates-raw": b"x = '\xed\xa0\x80'\n",
    "parentheses-100": b"x = " + b"(" * 100 + b")" * 100 + b"\n",
    "parentheses-250": b"x = " + b"(" * 250 + b")" * 250 + b"\n",
    "brackets-90": b"x = " + b"[" * 90 + b"]" * 90 + b"\n",
    "minus-50000": b"x = " + b"-" * 50000 + b"1\n",
    "plus-20000": b"x = 1" + b" + a" * 20000 + b"\n",
    "attributes-50000": b"x = a" + b".b" * 50000 + b"\n",
    "blocks-19": b"".join(b" " * i + b"while 1:\n" for i in range(19)) + b" " * 19 + b"pass\n",
    "blocks-21": b"".join(b" " * i + b"while 1:\n" for i in range(21)) + b" " * 21 + b"pass\n",
    "indents-101": b"".join(b" " * i + b"if 1:\n" for i in range(101)) + b" " * 101 + b"pass\n",
    "functions-50": b"".join(b" " * i + b"def f():\n" for i in range(50)) + b" " * 50 + b"pass\n",
    "is-literal": b"x = 1\nx is 1\n",
    "is-literal-twice": b"x = 1\nx is 1; x is 1\nx is not 'a'\n",
    "escape-invalid": b"x = '\\d'\ny = b'\\d'\n",
    "escape-octal": b"x = '\\777'\n",
    "assert-tuple": b"assert (0, 'x')\n",
    "call-literal": b"1()\n[1][1, 2]\n",
    "finally-return": b"def f():\n    try:\n        pass\n    finally:\n        return 1\n",
    "warning-then-error": b"x = 1\nx is 1\n(\n",
    "warning-not-ascii": "x = 1\nx is 'é' # \u20ac\n".encode(),
    "warning-long-file": b"\n" * 5000 + b"x = 1\nx is 1\n",
    "match": b"match 1:\n    case 1: x = 1\n    case _: x = 2\n",
    "walrus": b"if (x := 1): pass\ndef f(a, /, *, b): pass\n",
    "star-except": b"try:\n    pass\nexcept* OSError:\n    pass\n",
    "generics": b"def f[T](a: T) -> T: return a\ntype X[T] = list[T]\nclass A[T]: pass\n",
    "nested-fstring": b"x = f'{f\"{1}\"}' f'{1!r:>{10}}'\n",
    "type-defaults": b"class A[T = int]: pass\n",
    "async": b"async def f():\n    async with a as b, c: pass\n    return [x async for x in y]\n",
    "constants": b"x = {1, 2, 3} | {'a'}\ny = 1 in {1, 'b', None, True, (1, 2), 1.5, 2j, b'c', ...}\n",
    "constants-alike": b"x = 0.0, -0.0, 0, False, 1, True, 1.0, (0,), (0.0,), (False,)\n",
    "interned": b"a = 'name', 'not a name', '\xc3\xa9', '', 'a', b'a', 'name'\n",
    "docstring-indented": b'def f():\n    """One\n\n      two\n    three\t\n    """\n',
    "lambda-default": b"f = lambda a=1, *b, c=2, **d: (yield)\n",
    "annotations": b"from __future__ import annotations\ndef f(a: 'x', b: x + 1 = 2) -> y[z]: pass\nv: int = 1\n",
    "del": b"del x, (y, z)\nimport a.b.c as d, e.f\nfrom . import g\nfrom .. import h as i\nfrom j import *\n",
}
# One by one, to see which; all together, since the words differ from version to version.
for name, data in SOURCES.items():
    case(f"source-{name}", "t", {"t/a.py": data, "t/z.py": PLAIN}, extra=True)
case("sources-all", "t", {f"t/{name}.py": data for name, data in SOURCES.items()}, on="all", slow=True)
case("sources-all-q", "-q t", {f"t/{name}.py": data for name, data in SOURCES.items()}, on="some", slow=True)
case("sources-all-levels", "-q -o 0 -o 1 -o 2 --hardlink-dupes t",
     {f"t/{name}.py": data for name, data in SOURCES.items()}, on="all", slow=True)
case("sources-all-d", "-q -d /dest t", {f"t/{name}.py": data for name, data in SOURCES.items()}, slow=True)
case("sources-all-checked", "-qq --invalidation-mode checked-hash t",
     {f"t/{name}.py": data for name, data in SOURCES.items()}, on="all", slow=True)
case("error-in-args", "t/bad.py t/a.py t/bad.py", dict(SMALL, **{"t/bad.py": BAD}))
case("error-absolute", "{T}/t", MIXED)
case("error-odd-name", "t", {"t/q'uo\"te\n.py": BAD, "t/\xe9.py": BAD})
case("error-recorded-missing", "-q -d /none t", {"t/a.py": "return 1\n", "t/b.py": "(\n"}, on="some")
case("error-stripped", "-q -s {T} -p / {T}/t", {"t/a.py": "return 1\n", "t/b.py": "(\n"})
case("error-like-string-name", ["-d", "<string>", "t"], {"t/a.py": BAD})
case("large", "t", {"t/a.py": "def f():\n    return [1, 'x', {2: 3}]\n" * 20000}, on="one")

# The environment.
case("env-prefix", "t", env={"PYTHONPYCACHEPREFIX": "{T}/px"}, on="all")
case("env-prefix-relative", "t", env={"PYTHONPYCACHEPREFIX": "px"})
case("env-prefix-relative-absolute-dir", "{T}/t", env={"PYTHONPYCACHEPREFIX": "px"}, cwd="t")
case("env-prefix-dot", "t/a.py", env={"PYTHONPYCACHEPREFIX": "."})
case("env-prefix-slash", "t", env={"PYTHONPYCACHEPREFIX": "{T}/px/"})
case("env-prefix-dots", "./t/../t", env={"PYTHONPYCACHEPREFIX": "{T}/./px/../py"})
case("env-prefix-empty", "t", env={"PYTHONPYCACHEPREFIX": ""})
case("env-prefix-b", "-b t", env={"PYTHONPYCACHEPREFIX": "{T}/px"})
case("env-prefix-levels", "-o0 -o1 -o2 --hardlink-dupes t", env={"PYTHONPYCACHEPREFIX": "{T}/px"})
case("env-prefix-twice", None, steps=["t", "t"], env={"PYTHONPYCACHEPREFIX": "{T}/px"})
case("env-prefix-umask", "t", env={"PYTHONPYCACHEPREFIX": "{T}/px"}, umask=0o077)
case("env-prefix-file", "t", dict(SMALL, px=""), env={"PYTHONPYCACHEPREFIX": "{T}/px"})
case("env-prefix-dot-py", "t", {"t/.py": PLAIN, "t/..py": PLAIN}, env={"PYTHONPYCACHEPREFIX": "{T}/px"})
case("env-epoch", "t", env={"SOURCE_DATE_EPOCH": "1600000000"}, on="all")
case("env-epoch-0", "t", env={"SOURCE_DATE_EPOCH": "0"})
case("env-epoch-word", "t", env={"SOURCE_DATE_EPOCH": "yesterday"})
case("env-epoch-empty", "t", env={"SOURCE_DATE_EPOCH": ""})
case("env-epoch-levels", "-o0 -o1 -o2 --hardlink-dupes t", env={"SOURCE_DATE_EPOCH": "1"}, on="all")
case("env-epoch-forced", None, steps=["t", "-f t"], env={"SOURCE_DATE_EPOCH": "1"})
for level in ("", "0", "1", "2", "3", "x"):
    case(f"env-optimize-{level}", "t", env={"PYTHONOPTIMIZE": level}, on="all" if level == "1" else "one")
case("env-optimize-1-o0", "-o 0 t", env={"PYTHONOPTIMIZE": "1"})
case("env-optimize-1-minus-1", "-o -1 -o 0 t", env={"PYTHONOPTIMIZE": "1"})
case("env-optimize-2-b", "-b t", env={"PYTHONOPTIMIZE": "2"})
case("env-optimize-1-o1", "-o -1 -o 1 t", env={"PYTHONOPTIMIZE": "1"})
case("env-optimize-2-twice", None, steps=["t", "t"], env={"PYTHONOPTIMIZE": "2"})
case("env-write-bytecode", "t", env={"PYTHONDONTWRITEBYTECODE": None})
case("env-dont-write", "t", env={"PYTHONDONTWRITEBYTECODE": "x"})
WARNS = {"t/a.py": "x = 1\nx is 1\n", "t/b.py": "y = '\\d'\n", "t/c.py": PLAIN}
for filters in ("error", "ignore", "always", "error::SyntaxWarning", "ignore::SyntaxWarning", "once", "default",
                "ignore::DeprecationWarning"):
    case("env-warnings-" + filters.replace(":", ""), "t", WARNS, env={"PYTHONWARNINGS": filters})
case("warnings", "t", WARNS, on="all")
case("warnings-levels", "-o0 -o1 -o2 t", WARNS, on="all")
case("warnings-qq", "-qq t", WARNS)
case("warnings-d", "-d /dest t", WARNS)
case("warnings-relative-source", "t", WARNS, cwd="")
case("env-hash-seed", "t", {"t/a.py": SOURCES["constants"]}, env={"PYTHONHASHSEED": "0"})
# Names that compileall's own modules have, and others: before 3.11 marshal tells them apart.
NAMES = "import win32, rmtree\n\n\ndef nobody_else(call, timeout, dst, ext):\n    return locale.bg, sources, number\n"
case("bytes-company", "t", {"t/a.py": NAMES}, env={"PYTHONHASHSEED": "0"}, exact=True, on="all")
SETS = "x = x in {'one', 'two', 'three', 'four'}, x in {1, 'a', b'a', None, 2.5}\n"
for seed in ("0", "5", "4294967295"):
    case(f"bytes-sets-{seed}", "-o0 -o1 t", {"t/a.py": SETS, "t/b.py": NAMES}, env={"PYTHONHASHSEED": seed}, exact=True,
         on="all")
case("env-utf8-mode-off", "t", MIXED, env={"PYTHONUTF8": "0"})
case("env-c-locale", "t", dict(MIXED, **{"t/\xe9.py": BAD}), env={"LC_ALL": "POSIX"})
case("env-no-locale", "t", dict(MIXED, **{"t/\xe9.py": BAD}), env={"LC_ALL": None})
case("env-pythonpath", "t", {"t/a.py": FULL, "l/compileall.txt": "", "l/x.py": BAD}, env={"PYTHONPATH": "{T}/l"})
case("env-home-missing", "t", env={"HOME": "/nonexistent"})
case("env-unbuffered", "t", MIXED, env={"PYTHONUNBUFFERED": "1"})
case("env-int-digits", "t", {"t/a.py": File(b"x = " + b"9" * 5000), "t/b.py": DOC},
     env={"PYTHONINTMAXSTRDIGITS": "0"})
