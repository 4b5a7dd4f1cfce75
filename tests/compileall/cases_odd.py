# SPDX-License-Identifier: LGPL-2.1-or-later
"""Command lines, sources and environments that nobody in his right mind would come up with."""

from lab import Dir, Fifo, File, Hard, Link, Pyc
from table import ASSERT, BAD, DOC, FULL, MIXED, PLAIN, SMALL, TREE, case

OWN, OPT1 = "t/__pycache__/a.{tag}.pyc", "t/__pycache__/a.{tag}.opt-1.pyc"
ONE = {"t/a.py": FULL}


def odd(name, args, tree=None, **more):
    case("odd-" + name, args, TREE if tree is None else tree, **more)


def each(name, commands, tree=None, extra=True, **more):
    """One case for each command line; with --every, where not said otherwise."""
    for number, words in enumerate(commands):
        odd(f"{name}-{number}", words, tree, extra=extra, **more)


# What argparse makes of it.
each("args", [
    ["--", "--", "t"], ["t", "--", "t/a.py"], ["t", "--", "-q"], ["-q", "--"], ["--", "t", "--", "t/p"],
    ["-i-", "t"], ["-i=list", "t"], ["-fi", "list", "t"], ["-j=1", "t"], ["-j1t"], ["-j", "", "t"], ["-j", " 1 ", "t"],
    ["-j", "0x1", "t"], ["-j", "1e0", "t"], ["-j", "1.0", "t"], 
    ["-r", "_1", "t"], ["-r", "1__0", "t"], ["-r", "1_", "t"], ["-r", "-0", "t"], ["-r", "+-1", "t"], ["-r", "--1", "t"],
    ["-r", "99999999999999999999", "t"], ["-r", "-99999999999999999999", "t"], 
    ["-r", "1\n", "t"], ["-o", "99999999999999999999", "t"], ["-o", "2147483648", "t"],
    ["-o", "-99999999999999999999", "t"], ["-o", "2147483647", "t"], ["-o", "0", "-o", "2147483648", "t"], ["-o", "00", "t"],
    ["-o=1", "t"], ["-o", "=1", "t"], ["-fdx", "t"],
    ["-d=x", "t"], ["-d=", "t"], ["-d==x", "t"], ["-q=1", "t"], ["-f1", "t"], ["-l-q", "t"], ["-qqqq", "t"],
    ["-bb", "t"], ["-ll", "t"], ["-lr1", "t"], ["--workers=", "t"], ["--workers= 1", "t"], ["--w", "1", "t"],
    ["--wo=1", "t"], ["--workers"], ["t", "--workers", "1"], ["--invalidation-mode=", "t"], ["--invalidation-mode"],
    ["--i=checked-hash", "t"], ["--invalidation-mode", "CHECKED-HASH", "t"], ["--invalidation_mode=checked-hash", "t"],
    ["-invalidation-mode=checked-hash", "t"], ["--hardlink-dupes", "--hardlink-dupes", "-o0", "-o1", "t"], ["--f", "t"],
    ["--quiet", "t"], ["---q", "t"], ["--=x", "t"], ["--=", "t"], ["-=", "t"], ["-1.5"], ["-.5"],
    ["-5", "-q"], ["-q", "-5"], ["-d", "-5", "t"], ["-d", "-.5", "t"], ["-p", "-", "t"],
    ["-d", "-x", "t"], ["-d", "-1 x", "t"], ["-d", "--x y", "t"], ["-x", "-q", "t"], ["-x", "--", "t"], ["-x", "-z y", "t"],
    ["-x-q", "t"], ["@list"], ["-i", "@list", "t"], ["", "t"], ["t", ""], [" ", "t"], ["t "],
    ["-q", "t", "-f", "t/p"], ["t", "-i", "list"], ["-i", "list", "t", "-q"], ["-i", "list", "--"], ["t", "t/p", "-l"],
    ["-\u00e9", "t"], ["-", "-", "t"], ["--help-me", "t"], ["-e", "--", "t"], ["-o1", "-o", "t"], ["-rl", "t"],
    ["-ft"], ["-x", "[", "-z"], ["-j", "-1", "-z"], ["-o", "x", "-i", "nolist"], ["-d", "x", "-s", "y", "-i", "nolist"],
    ["--hardlink-dupes", "t"], ["-o1", "--hardlink-dupes", "-d", "x", "-s", "y", "t"],
    ["-o1", "-o1", "--hardlink-dupes", "-i", "nolist", "t"], ["-x", "(", "-i", "nolist", "t"], ["-j", "-1", "-i", "nolist"],
    ["-j", "-1", "nosuch"], ["-j-1", "-qq", "t"],
], dict(TREE, **{"list": "t/a.py\n", "-5/a.py": PLAIN, "-1.5/a.py": PLAIN, "-.5/a.py": PLAIN, "t /a.py": PLAIN}))

each("negative", [["-5."], ["-1e5"], ["-1_000"], ["-5x"], ["-o", "-5x", "t"], ["-.", "t"]], since=(3, 14))

# These once were taken for something else.
for number, args in enumerate(["-r 99999999999999999999 t", "-r -99999999999999999999 t", "-o 99999999999999999999 t", "-o 2147483648 t",
                               "-o 0 -o 2147483648 t", "-o1 -o1 --hardlink-dupes -i nolist t", "-r 0_1 -l t", "-o 00 -o -0 t"]):
    odd(f"number-{number}", args)
LINKED = {"t/a.py": PLAIN, "t/l": Link("../o"), "o/b.py": DOC, "o.py": PLAIN}
odd("linked-dir", "t/l/b.py o/b.py t/l t/l/../o.py o.py o", LINKED, on="all")
odd("linked-dir-forced", "-f t/l/b.py o/b.py o", LINKED)
odd("linked-dir-prefix", "t/l/b.py o/b.py o", LINKED, env={"PYTHONPYCACHEPREFIX": "px"})
odd("levels-alike", "-o -1 -o 2 t", {"t/a.py": FULL, "t/b.py": BAD, "t/c.py": PLAIN}, env={"PYTHONOPTIMIZE": "3"})

# Paths by other names.
each("path", [
    ["t//a.py"], ["t/./a.py"], ["t/."], ["t/.."], ["t/p/.."], ["t///"], ["./"], [".//t//p"], ["{T}//t"], ["/{T}/t"],
    ["t/p/../a.py"], ["t/p/q/../..//"], ["t/a.py/"], ["t/a.py/."], ["t/a.py/../a.py"], ["~"], ["t/*.py"], ["t/?.py"],
    ["t/l"], ["t/l/"], ["t/l/.."], ["t/l/../a.py"], ["t/l/../o.py", "o.py"], ["t/l/..//o.py", "t/l/b.py", "o/b.py", "t/l"],
    ["t/a.py", "./t/a.py", "{T}/t/a.py", "t//a.py"], ["-f", "t/a.py", "./t/a.py", "{T}/t/a.py", "t//a.py"],
    ["-f", "o/b.py", "t/l/b.py"], ["t", "t/", "t/p"], ["-f", "t", "t/p"], ["-d", "x", "t//p"], ["-d", "x", "./t"],
    ["-d", "x", "{T}//t"], ["-s", "t", "t//p"], ["-s", "t//p", "t/p"], ["-s", "./t", "t"], ["-s", ".", "."], ["-s", ".", "t"],
    ["-s", "./", "./t"], ["-s", "t/p", "t/./p"], ["-s", "..", "../w/t"], ["-s", "t", "-p", "t", "t"], ["-p", ".", "t"],
    ["-p", "..", "t/a.py"], ["-p", "x/", "t"], ["-p", "//", "{T}/t"], ["-p", "//", "t"], ["-p", "x//", "t"],
    ["-d", ".", "t"], ["-d", "/", "t"], ["-d", "//", "t/a.py"], ["-d", "..", "t/a.py", "t/p"], ["-d", "x", "t/l"],
    ["-d", "x", "t/l/../o.py"], ["-d", "\u00e9 x\n", "t"], ["-d", "x" * 5000, "t"], ["-d", "", "t/a.py"], ["-p", "x" * 5000, "t/a.py"],
    ["-s", "{T}/t", "-p", "", "{T}/t"], ["-s", "{T}", "-p", "x/../y", "{T}/t"], ["-s", "{T}/t/p", "-p", "/", "{T}/t/p/b.py"],
    ["-e", "t/", "t"], ["-e", "t/..", "t"], ["-e", "t/l", "t/l"], ["-e", "o.py", "t"], ["-e", "t/a.py", "t"], ["-e", "//", "t"],
    ["n" * 255], ["n" * 256], ["n" * 5000], ["t/" + "n/" * 3000], ["-e", "n" * 5000, "t"], ["-s", "n" * 5000, "t/a.py"],
], dict(TREE, **{"t/l": Link("../o"), "o/b.py": DOC, "o.py": PLAIN, "t/k.py": Link("../o.py"), "t/m.py": Link("p/b.py")}))
each("args-newest", [["-fo=1", "t"], ["-fr=1", "t"], ["-fd=x", "t"], ["-fd==x", "t"], ["-q=", "t"], ["-s-", "t/a.py"]], since=(3, 13),
     extra=False)
each("path-double-d", [["-d", "x", "t/"], ["-d", "x", "t//"], ["-d", "/x/", "t/p/"]])
odd("name-long", "t", {f"t/{'n' * 252}.py": PLAIN, "t/a.py": PLAIN})
odd("name-long-list", "-i list", {"t/a.py": PLAIN, "list": "n" * 300 + "\n" + "t/" * 3000 + "\nt/a.py\n" + " " * 100_000})
odd("names-like-caches", "t", {"t/a.cpython-311.py": PLAIN, "t/a.pyc.py": PLAIN, "t/__pycache__.py": PLAIN, "t/a.opt-1.py": PLAIN,
                               "t/__pycache__x/a.py": PLAIN, "t/__PYCACHE__/a.py": PLAIN, "t/a.pyc": PLAIN, "t/a.py.py": PLAIN})
odd("names-like-options", ["t", "--", "-q", "--help"], {"t/-q.py": PLAIN, "-q": Dir(), "--help/a.py": PLAIN})

# What is in the way.
each("way", [["t"], ["-f", "-o0", "-o1", "t"], ["-f", "-o0", "-o1", "--hardlink-dupes", "t"], ["-b", "t"]],
     {"t/a.py": PLAIN, "t/b.py": PLAIN, "t/c.py": PLAIN, "t/d.py": PLAIN, OPT1: Dir(), "t/a.pyc": Dir(),
      "t/__pycache__/b.{tag}.pyc": Hard("t/b.py"), "t/__pycache__/c.{tag}.pyc": Link("../c.py"),
      "t/__pycache__/d.{tag}.opt-1.pyc": Link("d.{tag}.pyc"), "t/b.pyc": Hard("t/b.py"), "t/c.pyc": Link("c.py")})
odd("way-fifo-cache", "t", dict(ONE, **{"t/__pycache__": Fifo()}))
odd("way-link-cache-file", "t", dict(ONE, **{"t/__pycache__": Link("a.py")}))
odd("way-link-cache-self", "t", dict(ONE, **{"t/__pycache__": Link("__pycache__")}))
odd("way-link-cache-up", "t", dict(ONE, **{"t/__pycache__": Link("..")}))
odd("way-link-cache-there", "t", dict(ONE, **{"t/__pycache__": Link(".")}))
odd("way-prefix-file", "t", dict(ONE, **{"px/x": ""}), env={"PYTHONPYCACHEPREFIX": "px/x"})
odd("way-links-levels-link", "-o0 -o1 -o2 --hardlink-dupes t", {"t/a.py": PLAIN, OPT1: Link("../a.py")})
odd("way-one-file-all-levels", "-o0 -o1 t", {"t/a.py": FULL, OWN: Pyc("t/a.py", spoilt="stale"), OPT1: Hard(OWN)})
odd("way-link-to-dir-py", "t t/x.py", {"t/x.py": Link("../o"), "o/a.py": PLAIN, "o/y.py": Link(".")})
odd("way-link-to-pyc", "t", {"t/x.py": Link("a.pyc"), "t/a.pyc": Pyc("t/a.py"), "t/a.py": PLAIN})
odd("way-source-executable", "-b t", {"t/a.py": File(PLAIN, 0o7777), "t/b.py": File(PLAIN, 0o111)}, umask=0o002)
odd("way-device-list", "-i /dev/null t")
odd("way-list-of-list", "-i list", dict(TREE, list="list\nt\n./list\n-q\n"))
odd("way-list-itself-py", "-i l.py", dict(TREE, **{"l.py": "l.py\nt/a.py\n"}))
odd("way-list-fifo-dir", "-i t/", TREE)
odd("list-utf-16", "-i list t/p", dict(TREE, list="\ufefft/a.py\n"))
odd("list-both", ["-i", "-", "-i", "list"], dict(TREE, list="t/a.py\n"), stdin="t/p\n")
odd("list-both-turned", ["-i", "list", "-i", "-"], dict(TREE, list="t/a.py\n"), stdin="t/p\n")
odd("list-separators", "-i list", dict(TREE, list="t/a.py\x0bt/p\n\x1ct/p/b.py\x1d\nt/p/q\x0c\x1e\u2028\n\u2029t/p\u2028t\n"))
odd("list-returns", "-i list", dict(TREE, list="\r\rt/a.py\r\n\n\rt/p\n\r"))
odd("list-dashes", "-i list", dict(TREE, list="-\n--\n-q\nt/a.py\n"))
odd("list-quoted", "-i list", dict(TREE, list="\"t/a.py\"\n't/p'\nt\\a.py\n"))
odd("list-user", "-i list t/p", dict(TREE, list=File("t/a.py\n", 0)), user=65534)

# The environment.
for number, value in enumerate([" ", "-1", "99999999999999999999", "1.5", "0x10", "\n", "\u0661", "00"]):
    odd(f"epoch-{number}", "t", ONE, env={"SOURCE_DATE_EPOCH": value})
    odd(f"epoch-explicit-{number}", "--invalidation-mode timestamp t", ONE, env={"SOURCE_DATE_EPOCH": value}, extra=True)
for number, value in enumerate(["-1", "99", "1x", "00", " 1", "1 ", "1_0", "+2", "2147483647", "2147483648",
                                "99999999999999999999", "-99999999999999999999", "0x1", " "]):
    odd(f"optimize-{number}", "t t/a.py", ONE, env={"PYTHONOPTIMIZE": value})
    odd(f"optimize-levels-{number}", "-o -1 -o 2 t", ONE, env={"PYTHONOPTIMIZE": value}, extra=True)
for number, value in enumerate(["px/../py", "../w/px", "px//", "./", "{T}/px//", "//{T}/px", "{T}/px/..", "a/b/c", "~", "p x\n",
                                "\u00e9", "t", "{T}/t", "{T}/t/__pycache__", "t/__pycache__", "{T}/none/../px", "-"]):
    for how, words in enumerate((["t", "{T}/t/p/"], ["-b", "t"], ["-o0", "-o1", "--hardlink-dupes", "t/p/../"])):
        odd(f"prefix-{number}-{how}", words, env={"PYTHONPYCACHEPREFIX": value}, extra=how > 0)
odd("prefix-root", "{T}/t t/p", env={"PYTHONPYCACHEPREFIX": "/"})
odd("prefix-cwd", "../t a.py", dict(TREE, **{"c/a.py": PLAIN}), env={"PYTHONPYCACHEPREFIX": "px"}, cwd="c")
odd("prefix-link", "t t/l/b.py", dict(TREE, **{"px": Link("py"), "py": Dir(), "t/l": Link("../o"), "o/b.py": DOC}),
    env={"PYTHONPYCACHEPREFIX": "px"})
odd("prefix-dots-in-path", "t/../t/p/../a.py ../w/t/p", env={"PYTHONPYCACHEPREFIX": "{T}/px"})
odd("prefix-user", "t", dict(TREE, px=Dir(0o555)), env={"PYTHONPYCACHEPREFIX": "px"}, user=65534)
WARNS = {"t/a.py": "x = 1\nx is 1\n", "t/b.py": "y = '\\d'\n", "t/c.py": "1 if 1else 2\n", "t/d.py": PLAIN}
for number, value in enumerate(["error::DeprecationWarning", "ignore:invalid", "default:::0", "error:::a", "module", "all",
                                "error,ignore", "ignore,error::SyntaxWarning", "error:\"is\"", 
                                "error::SyntaxWarning:t/a", "always::SyntaxWarning::2", "error::SyntaxWarning::1", ",", "once,default"]):
    odd(f"warnings-{number}", "-o0 -o1 t", WARNS, env={"PYTHONWARNINGS": value}, extra=number > 4)
for name, env in {"dev": {"PYTHONDEVMODE": "1"}, "home": {"HOME": ""}, "no-path": {"PATH": None}, "tz": {"TZ": "Asia/Tokyo"},
                  "hash-seed": {"PYTHONHASHSEED": "random"}, "digits": {"PYTHONINTMAXSTRDIGITS": "640"},
                  "malloc": {"PYTHONMALLOC": "malloc"}, "no-site": {"PYTHONNOUSERSITE": "1"}, "c": {"LC_ALL": "C"},
                  "lang": {"LC_ALL": None, "LANG": "de_DE.UTF-8"}, "utf8": {"PYTHONUTF8": "1"}}.items():
    odd("env-" + name, "t", dict(MIXED, **{"t/n.py": b"x = " + b"9" * 700}), env=env)

# Sources. One by one where they are asked for; all together for every version.
COOKIES = ["utf-8-unix", "utf8", "UTF_8", "latin_1", "iso-latin-1-unix", "iso-8859-15", "cp65001", "mbcs", "undefined", "punycode",
           "unicode_escape", "raw_unicode_escape", "base64", "zlib", "uu", "utf-32", "utf-16-le", "utf_8_sig", "charmap", "ascii", "gb18030",
           "big5hkscs", "cp932", "iso2022_jp", "hz", "koi8-r", "mac-roman", "cp1140", "oem", "u8", "x" * 200, "utf-8\0", "\xe9", "", "-", "..",
           "os", "encodings", "__init__", "aliases", "sys.path"]
SOURCES = {f"cookie-{number:02}": f"# coding: {cookie}\nx = '\\xe4'\n".encode("latin-1") + b"y = '\xc3\xa9'\n"
           for number, cookie in enumerate(COOKIES)}
SOURCES.update({
    "cookie-in-code": b"x = 'coding: latin-1' # \xe9\n",
    "cookie-in-docstring": b"'''\ncoding: latin-1 \xe9'''\n",
    "cookie-second-blank": b"\n# coding: latin-1\nx = '\xe9'\n",
    "cookie-second-form-feed": b"\x0c\n# coding: latin-1\nx = '\xe9'\n",
    "cookie-second-backslash": b"\\\n# coding: latin-1\nx = '\xe9'\n",
    "cookie-two": b"# coding: latin-1\n# coding: utf-8\nx = '\xe9'\n",
    "cookie-equals": b"# vim:fileencoding=latin-1\nx = '\xe9'\n",
    "cookie-space": b"# coding : latin-1\nx = '\xe9'\n",
    "cookie-emacs": b"#!/bin/sh\n# -*- mode: python; coding: latin-1; -*-\nx = '\xe9'\n",
    "bom-twice": b"\xef\xbb\xbf\xef\xbb\xbfx = 1\n",
    "bom-late": b"x = 1\n\xef\xbb\xbfy = 2\n",
    "bom-nul": b"\xef\xbb\xbf\0",
    "bom-error": b"\xef\xbb\xbfx = = 1\n",
    "bom-return": b"\xef\xbb\xbfreturn 1\n",
    "bom-global": b"\xef\xbb\xbfdef f(a): global a\n",
    "bom-late-error": b"\xef\xbb\xbfx = 1\nx = = 1\n",
    "fstring-many-lines": b"x = f'''{\na b\n}''' + f'{c d}'\n",
    "fstring-many-lines-tail": b"x = f'''a\n{c d} b\n'''\n",
    "bom-fstring": b"\xef\xbb\xbfx = f'{}'\n",
    "bom-fstring-place": b"\xef\xbb\xbfx = f'}'\n",
    "bom-utf-8-error": b"\xef\xbb\xbf# coding: utf8\nx = = '\xc3\xa9'\n",
    "named-escape": b"x = '\\N{BULLET}\\N{DIGIT ONE}'\n",
    "named-escape-alias": b"x = '\\N{LATIN CAPITAL LETTER GHA}\\N{nbsp}'\n",
    "named-escape-sequence": b"x = '\\N{KEYCAP DIGIT ONE}'\n",
    "named-escape-fstring": b"x = f'{1}\\N{BULLET}{2!r:>{3}}'\n",
    "cut-utf-8": b"x = '\xe2\x82",
    "overlong": b"x = '\xc0\x80'\n",
    "above": b"x = '\xf4\x90\x80\x80'\n",
    "identifier-combining": "a\u0301 = \u00aa = \u2118 = \u212e = 1\n".encode(),
    "identifier-math": "\U0001d4d0 = \U0001d7d8 = 1\n".encode(),
    "digit-arabic": "x = \u0661\n".encode(),
    "separators": b"x = 1\x1cy = 2\n",
    "nel": "x = 1\u0085y = 2\n".encode(),
    "line-separator": "x = 1\u2028y = 2\n".encode(),
    "vertical-tab": b"\x0bx = 1\n",
    "delete": b"x = 1\x7f\n",
    "escape-character": b"\x1bx = 1\n",
    "return-in-string": b"x = 'a\rb'\n",
    "return-in-docstring": b"'''a\r\rb\r\n\rc'''\r",
    "backslash-return": b"x = 1 + \\\r\n2\r\ny = \\\r3\n",
    "backslash-space": b"x = 1 + \\ \n2\n",
    "only-backslash": b"\\",
    "only-semicolon": b";\n",
    "only-indent": b"    ",
    "only-indented-comment": b"    # x\n",
    "only-return": b"\r",
    "indent-comment": b"if 1:\n# x\n  # y\n    pass\n",
    "indent-eof": b"if 1:\n    ",
    "indent-tab-8": b"if 1:\n\tif 1:\n\t        x = 1\n",
    "not-not": b"x = " + b"not " * 3000 + b"1\n",
    "lambdas": b"x = " + b"lambda: " * 90 + b"1\n",
    "lambdas-many": b"x = " + b"lambda: " * 3000 + b"1\n",
    "elifs": b"if 0: pass\n" + b"elif x: pass\n" * 3000,
    "elifs-calls": b"if f(): pass\n" + b"elif x: pass\n" * 500 + b"else: pass\n",
    "strings-joined": b"x = (" + b"'a' " * 20000 + b")\n",
    "fstrings-joined": b"x = (" + b"f'{a}' 'b' " * 500 + b")\n",
    "constants-70000": b"x = [" + b"".join(b"%d, " % i for i in range(70000)) + b"]\n",
    "names-70000": b"".join(b"n%d = 1\n" % i for i in range(70000)),
    "line-long": b"x = 1" + b" " * 1_000_000 + b"\n",
    "line-long-error": b"x = (" + b"1," * 100_000 + b" 1 = 2)\n",
    "lines-continued": b"x = 1 + \\\n" * 1 + b"1 + \\\n" * 5000 + b"1\n",
    "blank-lines": b"\n" * 200_000 + b"x = 1\n",
    "jump-over-lines": b"x = (1,\n" + b"\n" * 70_000 + b"2)\ndef f():\n    return (a.\n" + b"\n" * 300 + b"b)\n",
    "functions-100": b"".join(b" " * i + b"def f():\n" for i in range(99)) + b" " * 99 + b"pass\n",
    "classes-60": b"".join(b" " * i + b"class A:\n" for i in range(60)) + b" " * 60 + b"x = 1\n",
    "fors-20": b"".join(b" " * i + b"for a in b:\n" for i in range(20)) + b" " * 20 + b"pass\n",
    "tries-20": b"".join(b" " * i + b"try:\n" for i in range(20)) + b" " * 20 + b"pass\n",
    "withs-25": b"with " + b", ".join([b"a"] * 25) + b": pass\n",
    "comprehensions": b"x = " + b"[" * 18 + b"a" + b" for a in b]" * 18 + b"\n",
    "dicts-90": b"x = " + b"{1:" * 90 + b"1" + b"}" * 90 + b"\n",
    "tuples": b"x = " + b"(1, " * 90 + b")" * 90 + b"\n",
    "calls-95": b"x = " + b"f(" * 95 + b")" * 95 + b"\n",
    "compares": b"x = a" + b" < a" * 2000 + b"\n",
    "powers": b"x = 2 ** 100, 2 ** 10000, 1 << 128, 1 << 129, 'a' * 20, 'a' * 5000, (1,) * 20, (1,) * 300, b'' * 9\n",
    "folded": b"x = 1 / 0, 1 // 0, 1 % 0, -1 ** 2, 0.1 + 0.2, 1j * 1j, not 1, ~5, 'a' + 'b', 'abc'[1], (1, 2)[0], 'a' % 1, '%s' % x\n",
    "folded-fstrings": b"x = '%s %r %a %5s' % (a, b, c, d), '%%' % (), '%d' % (x,), f'{1}', f'{x!s}', f'' 'a'\n",
    "infinite": b"x = 1e309, -1e309, 1e309j, 1e309 - 1e309, (1e309,) in {1e309}\n",
    "sets": b"x in {1, 2.0, 'a', b'a', (1, 'b'), None, True, ..., 1j, frozenset}\ny in {(1, 2), (3, (4, 5))}\n",
    "sets-strings": b"x in {'one', 'two', 'three', 'four', 'five'}\nfor a in {'x', 'y'}: pass\n",
    "globals-twice": b"def f():\n    global x, x\n    x = 1\n",
    "global-argument": b"def f(x):\n    global x\n",
    "nonlocal-missing": b"def f():\n    nonlocal x\n",
    "mangled": b"class A:\n    __x = 1\n    def f(self, __y): self.__z = __y; import __a.b as __c\nclass __: __x = 2\n",
    "class-cell": b"class A:\n    def f(self): return super().f(), __class__\n    __class__ = 1\n",
    "slots": b"class A:\n    __slots__ = ()\n    '''none'''\n    x: 'int' = 1\n    y: int\n",
    "annotated": b"(x): int = 1\nx.y: int\nx[0]: int = 2\ndef f(*a: *b): pass\n",
    "star-index": b"x[*a]\n",
    "walrus-comprehension": b"x = [y := 1 for a in b if (z := a)]\n",
    "walrus-wrong": b"x = [a := 1 for a in b]\n",
    "walrus-class": b"class A:\n    x = [y := 1 for a in b]\n",
    "async-outside": b"x = [a async for a in b]\n",
    "async-comprehension": b"async def f():\n    return [[a async for a in b] for c in d]\n",
    "yield-comprehension": b"def f(): return [(yield 1) for a in b]\n",
    "yield-class": b"class A: yield 1\n",
    "return-value-generator": b"async def f():\n    yield 1\n    return 2\n",
    "continue-finally": b"while 1:\n    try: pass\n    finally: continue\n",
    "except-order": b"try: pass\nexcept: pass\nexcept A: pass\n",
    "except-star-mixed": b"try: pass\nexcept* A: pass\nexcept B: pass\n",
    "except-star-break": b"for a in b:\n    try: pass\n    except* A: break\n",
    "except-no-parentheses": b"try: pass\nexcept A, B: pass\n",
    "match-many": b"match x:\n    case {'a': 1, **r}: pass\n    case [a, *_, b] | (a, b): pass\n    case A(b=1) as c: pass\n    case -1 | 1+2j | None: pass\n",
    "match-unreachable": b"match x:\n    case a: pass\n    case 1: pass\n",
    "match-twice": b"match x:\n    case a, a: pass\n",
    "match-names": b"match = case = type = _ = 1\nmatch[case]\ntype (match)\n",
    "fstring-debug": b"x = f'{a=} {a = !r:^{w}} {a:{b}{c}}'\n",
    "fstring-quotes": b"x = f'{a['b']}' f\"{f\"{1}\"}\"\n",
    "fstring-backslash": b"x = f'{chr(10)}\\n{\"\\n\".join(a)}'\n",
    "fstring-comment": b"x = f'''{\na # b\n}'''\n",
    "fstring-lambda": b"x = f'{lambda a: 1}'\n",
    "fstring-unclosed": b"x = f'{a'\n",
    "fstring-brace": b"x = f'}'\n",
    "fstring-deep": b"x = f'{a:{b:{c}}}'\n",
    "fstring-empty-late": b"x = f'{a}{ }'\n",
    "fstring-bang": b"x = f'{a!x}'\n",
    "fstring-star": b"x = f'{*a, 1}'\n",
    "fstring-bytes": b"x = fb'{a}'\n",
    "tstring": b"x = t'{a}'\n",
    "bytes-strings": b"x = b'a' 'b'\n",
    "prefix-odd": b"x = Rb'\\d', bR'\\d', u'a', U'b', rF'{a}\\d'\n",
    "numbers-odd": b"x = 0_0, 00, 0b1_0, 0o1_7, 0xF_f, 1_0.0_1e1_0, 1_0j, 1.e5, .5j, 0e0, 09.5, 09j\n",
    "number-dots": b"x = 1..real, 1.real\n",
    "number-for": b"x = [0x1for x in y], 1if 1else 2, 1or 2, 0b1and 1\n",
    "number-bad-octal": b"x = 0o8\n",
    "number-bad-suffix": b"x = 1abc\n",
    "number-4300": b"x = " + b"1" * 4300 + b"\n",
    "number-4301": b"x = " + b"1" * 4301 + b"\n",
    "warn-call": b"1()\n'a'()\n(1,)()\n[1]()\n{1}()\n{}()\n(lambda: 1)()\nf'{a}'()\n...()\n",
    "warn-index": b"1[0]\n'a'['b']\n(1,)['a']\n[1][()]\n{1}[0]\nNone[0]\n",
    "warn-is": b"x is 1\nx is 'a'\nx is ()\nx is -1\nx is 1.0\nx is not b''\nNone is x\n... is x\n1 is x\n",
    "warn-assert": b"assert (x, 'y')\nassert ()\nassert (x,)\n",
    "warn-escapes": b"x = '\\d' '\\ ' '\\8' '\\400' b'\\400'\ny = '''\n\\q\n'''\nz = f'\\d{a}\\{b}'\n",
    "warn-escape-docstring": b"def f():\n    '''\\d'''\n",
    "warn-then-syntax": b"x = '\\d'\nx is 1\nreturn\n",
    "warn-in-function": b"def f():\n    def g():\n        return x is 1\n    assert x is 2\n",
    "warn-dead": b"if 0:\n    x is 1\nwhile 0: 1()\n",
    "future-many": b"from __future__ import (annotations, division,\n    generators)\nfrom __future__ import annotations as a\n",
    "future-star": b"from __future__ import *\n",
    "future-docstring": b"'doc'\n# c\nfrom __future__ import barry_as_FLUFL\nx <> 1\ny != 2\n",
    "future-barry-wrong": b"from __future__ import barry_as_FLUFL\nx != 1\n",
    "import-star-function": b"def f():\n    from a import *\n",
    "import-trailing-comma": b"from a import b,\n",
    "import-dots": b"from ... import a\nfrom .... b import c\nfrom...d import e\n",
    "keyword-argument": b"f(None=1)\n",
    "keyword-expression": b"f(a.b=1)\n",
    "keyword-debug": b"f(__debug__=1)\n",
    "argument-order": b"f(a=1, b)\n",
    "argument-generator": b"f(a for a in b, c)\n",
    "parameter-order": b"def f(a=1, b): pass\n",
    "parameter-slash": b"def f(/, a): pass\n",
    "parameter-star": b"def f(*): pass\n",
    "parameters-300": b"def f(" + b"".join(b"a%d, " % i for i in range(300)) + b"): pass\n",
    "delete-literal": b"del 1\n", "delete-call": b"del f()\n", "augmented-tuple": b"a, b += 1\n", "annotate-tuple": b"a, b: int\n",
    "assign-none": b"None = 1\n", "assign-compare": b"a < b = 1\n", "assign-ellipsis": b"... = 1\n", "starred-many": b"*a, *b = c\n",
    "starred-alone": b"*a = b\n", "starred-256": b"a, " * 256 + b"*b = c\n", "dict-expected": b"{1: }\n", "dict-star": b"{**a, *b}\n",
    "ternary-half": b"x = 1 if 2\n", "print-stream": b"print >>f, 'x'\n", "exec-string": b"exec 'x' in y\n", "raise-from": b"raise A, 'b'\n",
    "else-if": b"if 1: pass\nelse if 2: pass\n", "equals-if": b"if a = 1: pass\n", "colon-missing": b"if a\n    pass\n",
    "brackets-crossed": b"x = {(1]}\n", "brackets-late": b"x = (1\n\n\ny = 2\n", "brackets-extra": b"x = 1)\n", "arrow": b"x -> y\n",
    "dollar": b"x = $y\n", "question": b"x?\n", "bang": b"!ls\n", "percent": b"%matplotlib inline\n", "at": b"@\n", "at-assign": b"x @= y @ z\n",
    "shell": b"#!/bin/sh\nset -e\nexit 0\n", "binary": bytes(range(256)), "elf": b"\x7fELF\x02\x01\x01\0\0\0", "gzip": b"\x1f\x8b\x08\0",
    "html": b"<!DOCTYPE html>\n<p>x</p>\n", "json": b"{\"a\": null, \"b\": true}\n", "merge": b"<<<<<<< HEAD\nx = 1\n=======\n", "jinja": b"{{ a }}\n{% if b %}\n",
    "type-alias": b"type A = B\ntype A[T: int, *U, **P] = C[T]\n", "type-parameters": b"def f[T: (int, str)](x: T): pass\nclass A[T](B): x: T\n",
    "type-parameter-twice": b"def f[T, T](): pass\n", "type-walrus": b"type A = (x := 1)\n", "lambda-star": b"lambda *a, **k: (a, k)\n",
    "decorator-any": b"@a.b[c](d) or e\ndef f(): pass\n", "context-parenthesis": b"with (a as b, c as d,): pass\n",
})
FIRST = ["x = 1abc", "x = 'a", "x)", "x = (]", "x = 1 \\ y", "x = 012", "x\u20ac", "x = 0b2", "x = 0o8", "x = 0xg", "x = 1_", "$x",
         "x = '''a", "x = (", "  x", "if x:", "def f(a, a): pass", "x = \xe9 \xe9 = 1", "f() = '\xe9'", "x = '\\x1'", "x ="]
for number, text in enumerate(FIRST):
    SOURCES[f"bom-text-{number:02}"] = b"\xef\xbb\xbf" + text.encode()
    SOURCES[f"bom-line-{number:02}"] = b"\xef\xbb\xbf" + text.encode() + b"\ny = 1\n"
# Lines that are quoted from the file: behind a mark, in another encoding, in none at all.
QUOTED = ["x 1", "@x = 1", "\\", "ab = 1 2", "x = \xe9 1", "\xe9 1", "a\xe9 1", "x = '\xe9' 1", "f(a=1, b)", "(]", "f'{a b}'"]
for number, text in enumerate(QUOTED):
    SOURCES[f"bom-quoted-{number:02}"] = b"\xef\xbb\xbf" + text.encode()
LATIN = ["'\xe9' ; x = [\xe9\ny = 2", "x = '\xe9'; f(\ny = 1", "# bla\nx = '\xe9' ; f(a, \xe9\ny", "x = '\xe9' '\xe9' = 1\ny", "return '\xe9'",
         "if x: # \xe9\n y\n  z '\xe9'", "x = f'\xe9{a b}'", "'\xe9' = 1", "\xc1 = '\xc1", "{'\xe9': 1\n 'b': 2}"]
for number, text in enumerate(LATIN):
    SOURCES[f"latin-quoted-{number}"] = f"# coding: latin-1\n{text}\n".encode("latin-1")
    SOURCES[f"none-quoted-{number}"] = f"{text}\n".encode("latin-1")
    SOURCES[f"utf-8-quoted-{number}"] = f"# coding: utf-8\n{text}\n".encode("latin-1")
SOURCES.update({
    "none-quoted-first": b"'''\n\xff\n'''", "none-quoted-last": b"x = '''a\nb\xff\n'''\n",
    "none-quoted-late": b"x = 1\n# \xff\ny = = '\xff'\n",
    # The parser takes a line of the file's bytes, which may be another than one of what they stand for.
    "cookie-other-lines": b"# coding: unicode_escape\n\\nx = 'a' b'c'\nnx = '\\\\x00'\\n\\x00",
    "cookie-no-lines": b"# coding: cp1140\nx = '\\xe4'\ny = '[",
    "cookie-long-line": b"# coding: latin-1\nx = ('" + b"\xe9" * 1200 + b"' 1 2)\n",
    "cookie-long-line-tokenizer": b"# coding: latin-1\nx = ('" + b"\xe9" * 1200 + b"' 1_)\n",
    # ... and decodes a part of a long one, or does not.
    "none-long-early": b"x = '\xb5" + b"a" * 1500 + b"'\n",
    "none-long-late": b"x = '" + b"a" * 1500 + b"\xb5'\n",
    "none-long-half": b"x = '" + b"\xc3\xa9" * 600 + b"' (1 2)\n",
    "bom-long-place": b"\xef\xbb\xbf\nx = [" + b"1.5, 'a', " * 400 + b"1 2]\n",
    # From 3.14 on there is a guess at the keyword.
    "keyword-typo": b"def f():\n    x = [y fofor y in z]\n",
    "keyword-typo-late": b"x = 1\nwhille x:\n    x = 2\n",
    "keyword-typo-latin": b"# coding: latin-1\nx = '\xe9'\nglobl x\n",
    "keyword-typo-long": b"# " + b"x" * 1200 + b"\nimprt x\n",
    "none-warns": b"x = b'\\400'\nx = '\xe9'\n",
    "bom-warns": b"\xef\xbb\xbfx = 1\nassert (x, '\xc3\xa9')\n",
    "bom-cookie-warns": b"\xef\xbb\xbf# coding: utf-8\nassert (x, '\xc3\xa9')\n",
    "cookie-after-code-warns": b"x = 1\n# coding: nosuch\nassert (x, 'y')\n",
    "warn-form-feed": b"x = 1\n\f\nclass A:\n    pass\n\nx is 1\n",
    "warn-separators": "x = '\u2028\x1c\x85'\nx is 1\n".encode(),
})
# Long lines: the tokenizer quotes all of what it has in memory, the parser a part of what the file has.
LONG = ["1abc", "'b", "b)", "0o8", "012", "0xg", "\u20ac", "$", "\\ y", "1_", "b c", "f'{a b}'", "f'}'", "1jx", "\xa0b", "!",
        "f'{}'", "f'{a!z}'", "f'{a)}'", "t'{}'", "t'}'", "ub''", "(" * 201, "f'{" * 160]
LONG_SOURCES = {f"t/long-{number:02}.py": "x = '" + "a" * 1500 + "' + " + text + "\n" for number, text in enumerate(LONG)}
BIG = {"names-70000", "constants-70000"}
for name, data in SOURCES.items():
    odd("source-" + name, "t", {"t/a.py": data, "t/z.py": PLAIN}, extra=True)
ALL = {f"t/{name}.py": data for name, data in SOURCES.items() if name not in BIG}
odd("sources", "t", ALL, on="all", slow=True)
odd("sources-levels", "-q -o0 -o1 -o2 --hardlink-dupes t", ALL, on="some", slow=True)
# Under another name CPython 3.11 looks for the line beyond the end of a buffer.
odd("sources-d", "-q -d /dest t", {path: data for path, data in ALL.items() if "latin-quoted" not in path},
    on="some", slow=True)
odd("sources-long", "t", LONG_SOURCES, on="all")
odd("sources-long-tail", "t", {"t/a.py": "x = (b'\u00e9', '" + "a" * 1200 + "')\n"}, since=(3, 12), on="all")
odd("sources-big", "-o0 -o2 t", {f"t/{name}.py": SOURCES[name] for name in BIG}, slow=True)
odd("sources-as-files", ["-q"] + sorted(ALL), dict(ALL, **{"t/a.py": ASSERT, "t/b.py": BAD}), slow=True)
odd("small", "-q t", SMALL)

# What shows in the bytes, what is named twice, and what is printed.
odd("no-columns", "-o0 -o1 t", {"t/a.py": "x = a.b(c)\n"}, env={"PYTHONNODEBUGRANGES": "1"}, on="some", exact=True)
odd("columns", "-o0 -o1 t", {"t/a.py": "x = a.b(c)\n"}, env={"PYTHONNODEBUGRANGES": ""}, exact=True)
odd("dash-late", ["t", "-q", "--"])
odd("list-return", ["-i", "-"], stdin=b"t/a.py\rt/p/b.py\n")
odd("levels-ten", [word for level in range(10) for word in ("-o", str(level))] + ["t"])
odd("unlisted", "t", {"t/a.py": PLAIN, "t/__pycache__": Dir(0o333)}, user=65534)
odd("unmade", "t", ONE, env={"PYTHONPYCACHEPREFIX": "{T}/" + 300 * "x"})
odd("one-cache", "t", {"s/x": "", "t/a/__pycache__": Link("../../s"), "t/b/__pycache__": Link("../../s"),
                       "t/a/m.py": "x = 1\n", "t/b/m.py": "x = 2\n"})
odd("one-name", "t", {"t/.py": "x = 1\n", "t/py.py": "x = 2\n"})
odd("selector-name", "t", {"t/a\U000e0101.py": PLAIN, "t/a\U000e0001.py": PLAIN})
odd("own-name-by-d", ["-d", "t", "t"], {"t/a.py": "x = 1\nreturn x\n"})
each("regex-space", [["-x", r"\v", "t"], ["-x", r"a\sb", "t"], ["-x", r"a[\s]b", "t"], ["-x", r"a\Sb", "t"], ["-x", r"[\v]", "t"]],
     {"t/a\nb.py": PLAIN, "t/a\vb.py": PLAIN, "t/a\x1cb.py": PLAIN, "t/a\u2028b.py": PLAIN, "t/a\x85b.py": PLAIN, "t/acb.py": PLAIN},
     extra=False)
each("regex-bytes", [["-x", r"a\udcffb", "t"], ["-x", r"[\udc80-\udcff]", "t"], ["-x", r"\ud800", "t"]],
     {"t/a\udcffb.py": PLAIN, "t/acb.py": PLAIN}, extra=False)

# What a caller leaves to its children.
for number, shell in enumerate(["exec <&-", "exec >&- 2>&-", "exec 2>&-", "ulimit -n 16", "ulimit -S -s 16384", "ulimit -s unlimited", "ulimit -v 500000",
                                "trap '' INT TERM HUP CHLD PIPE", "exec 9<&0 3>/dev/null"]):
    odd(f"caller-{number}", "t", dict(ONE, **{"t/w.py": "x is 1\n"}), shell=shell, extra=number > 5)

# The line of a warning, in an encoding that is told in an odd way: one by one, as the lines are alike.
for number, cookie in enumerate([b"coding: utf-8-unix", b"coding=Latin_1-dos", b"coding: iso-8859-1-x", b"coding: latin-1 \xe9", b"\xe9",
                                 b"\xc3\xa9\n# coding: latin-1 \xe9", b"coding: latin-1\n# \xe9", b"coding: utf-8x", b"coding: utf8-mac",
                                 b"coding: utf-8\n# coding: latin-1", b"\xe9\n# coding: latin-1", b"coding: us-ascii", b"coding: latin1",
                                 b"coding: koi8-r", b"coding: cp1252 \xe9"]):
    odd(f"cookie-quoted-{number}", "t", {"t/a.py": b"# " + cookie + b"\nx = '\xc3\xa9' is 1\n"}, on="all")
odd("cookie-quoted-mark", "t", {"t/a.py": b"\xef\xbb\xbfx = '\xc3\xa9' is 1\n"}, on="all")

# A codec that warns, when the compiler decodes and when a line is quoted.
odd("codec-warns", "-o0 -o2 t", {"t/a.py": "#coding:unicode-escape\nx = 1 is 1\n'\\q'\n"}, on="all")

# Folding a constant warns on behalf of who calls compile().
each("folded", [["-q", "t"], ["-q", "-o0", "-o2", "t"]], {"t/a.py": "x = ~True\n", "t/b.py": "x = ~False, 1 is 1\n"}, extra=False,
     on="all")
odd("folded-shown", "-q t", {"t/a.py": "x = ~True\n"}, env={"PYTHONWARNINGS": "always"}, on="all")
odd("folded-error", "-q t", {"t/a.py": "x = ~True\n"}, env={"PYTHONWARNINGS": "error"}, on="all")

# -P, from 3.11 on: the working directory is not in sys.path, so that what is wrong in it does no harm.
odd("safe-path", "-q", {"c/bad.py": BAD, "l/worse.py": BAD}, cwd="c", user=65534,
    env={"PYTHONSAFEPATH": "1", "PYTHONPATH": "{T}/l"})
