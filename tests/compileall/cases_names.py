# SPDX-License-Identifier: LGPL-2.1-or-later
"""Odd names, what is a source and what is not, and regular expressions."""

import os
import re

from lab import Dir, Fifo, File, Hard, Link, shown
from table import BAD, FULL, PLAIN, case

NOBODY = 65534
ODD = ["with space", "quote'", 'quote"', "both'\"", "back\\slash", "tab\t", "new\nline", "bell\x07",
       "del\x7f", "%s", "{0}", "\xe9", "\u4e2d", "\U0001f40d", "\xad", "\xa0", "\u200b", "\u2028",
       "\ue000", "\U000f0000", "\uffff", "\x85", "a\u0301", "*", "~", "$HOME", "#", "-n", "\\n"]
for number, odd in enumerate(ODD):
    case(f"name-{number}", ["t"], {f"t/{odd}.py": PLAIN, f"t/{odd}/{odd}.py": BAD, f"t/{odd}2.py": BAD},
         extra=True)
case("names-odd-broken", ["t"], {f"t/{odd}/{odd}.py": BAD for odd in ODD}, on="some")
case("names-odd", ["t"], {f"t/{odd}.py": FULL for odd in ODD}, on="all")
case("names-odd-args", [f"t/{odd}.py" for odd in ODD] + ODD, {f"t/{odd}.py": PLAIN for odd in ODD})
case("names-bytes", ["t"], {b"t/\xff.py": PLAIN, b"t/latin\xe9.py": FULL, b"t/\xff/\xfe.py": PLAIN},
     on="all")
case("names-bytes-broken", ["t"], {b"t/\xff.py": BAD, b"t/a\xe9\xc3\xa9.py": BAD})
case("names-bytes-args", [b"t/\xff.py".decode("utf-8", "surrogateescape"),
                          b"t/\xfe".decode("utf-8", "surrogateescape")], {b"t/\xff.py": PLAIN})
case("names-bytes-d", ["-d", b"/\xff".decode("utf-8", "surrogateescape"), "t"], {"t/a.py": FULL})
case("names-unicode-d", ["-d", "/\xe9/\U0001f40d", "t"], {"t/a.py": FULL}, on="all")
case("names-order", ["t"], {f"t/{name}.py": PLAIN for name in
                            ("a", "B", "b", "A", "_", "1", "10", "2", "\xe9", "\uffee", "\U0001f40d")})
case("names-order-bytes", ["t"], {b"t/\xff.py": PLAIN, "t/\uffee.py": PLAIN, "t/\U0001f40d.py": PLAIN,
                                  b"t/\x80.py": PLAIN})
case("names-order-prefix", ["t"], {"t/a/b.py": PLAIN, "t/a.py": PLAIN, "t/a-b.py": PLAIN,
                                   "t/a/c/d.py": PLAIN, "t/ab/c.py": PLAIN})
case("names-long", ["t"], {f"t/{'n' * 200}.py": PLAIN}, on="one")
case("names-too-long-cache", ["t"], {f"t/{'n' * 250}.py": PLAIN, "t/z.py": PLAIN}, on="one")
case("names-utf-8-in-c", ["t"], {"t/\xe9.py": PLAIN, "t/\xe8.py": BAD}, env={"LC_ALL": "C"})

# What is a source.
case("sources", "t", {"t/.py": FULL, "t/.hidden.py": FULL, "t/.d/x.py": PLAIN, "t/x.pyw": PLAIN,
                      "t/x.PY": PLAIN, "t/x.py~": PLAIN, "t/x.pyc": "", "t/py": PLAIN, "t/x.py.bak": "",
                      "t/no.txt": BAD}, on="all")
case("sources-args", "t/.py t/.hidden.py t/x.pyw t/x.PY t/py t/x.pyc",
     {"t/.py": FULL, "t/.hidden.py": FULL, "t/x.pyw": PLAIN, "t/x.PY": PLAIN, "t/py": PLAIN, "t/x.pyc": ""})
case("sources-cwd", ".py", {".py": FULL})
case("sources-no-py-stale", "-f t/x.pyw t/x.txt", {"t/x.pyw": BAD, "t/x.txt": BAD})
case("dir-called-py", "t", {"t/x.py/y.py": PLAIN, "t/x.py/x.py/x.py": PLAIN})
case("dir-called-py-arg", "t/x.py", {"t/x.py/y.py": PLAIN})
case("fifo", "t", {"t/x.py": Fifo(), "t/a.py": PLAIN})
case("fifo-arg", "t/x.py", {"t/x.py": Fifo()})
case("device-arg", "/dev/null")
case("dangling", "t", {"t/x.py": Link("none"), "t/a.py": PLAIN})
case("dangling-arg", "t/x.py", {"t/x.py": Link("none")})
case("loop", "t", {"t/x.py": Link("x.py"), "t/y": Link("y"), "t/z": Link("."), "t/a.py": PLAIN})
case("link-file", "t", {"t/x.py": Link("../o.py"), "o.py": FULL}, on="all")
case("link-file-other-name", "t", {"t/x.py": Link("../o.txt"), "o.txt": FULL, "t/y.txt": Link("x.py")})
case("link-dir", "t", {"t/d": Link("../o"), "o/a.py": FULL})
case("link-dir-arg", "t", {"t": Link("o"), "o/a.py": FULL, "o/p/b.py": FULL})
case("link-dir-inside-arg", "t/d", {"t/d": Link("../o"), "o/a.py": FULL})
case("link-dir-called-py", "t", {"t/d.py": Link("../o"), "o/a.py": FULL})
case("link-pycache", "t", {"t/__pycache__": Link("../c"), "c": Dir(), "t/a.py": FULL})
case("link-pycache-dangling", "t", {"t/__pycache__": Link("../c"), "t/a.py": FULL, "t/b.py": FULL})
case("pycache-file", "t", {"t/__pycache__": "", "t/a.py": FULL, "t/b.py": BAD})
case("pycache-file-q", "-q t", {"t/__pycache__": "", "t/a.py": FULL})
case("hard-linked-source", "t", {"t/a.py": FULL, "t/b.py": Hard("t/a.py")})
case("through-file", "t/a.py/b.py t/a.py/", {"t/a.py": FULL})
case("many", "t", {f"t/d{i // 20}/m{i}.py": f"x = {i}\n" for i in range(200)}, on="one")

# An ordinary user who may not.
USER = {"user": NOBODY, "on": "one"}
CLOSED = {"t/a.py": FULL, "t/z.py": PLAIN}


def closed(**modes):
    """CLOSED with t/m.py and directories t/d, t/d/__pycache__ of these modes."""
    tree = dict(CLOSED, **{"t/d/x.py": PLAIN})
    for name, mode in modes.items():
        if name == "m":
            tree["t/m.py"] = File(PLAIN, mode)
        else:
            tree[{"d": "t/d", "t": "t", "c": "t/d/__pycache__"}[name]] = Dir(mode)
    return tree


case("user-file-unreadable", "t", closed(m=0o000), **USER)
case("user-file-unreadable-q", "-q t", closed(m=0o000), **USER)
case("user-file-unreadable-qq", "-qq t", closed(m=0o000), **USER)
case("user-file-write-only", "t/m.py", closed(m=0o200), **USER)
case("user-file-read-only", "t", closed(m=0o444), **USER)
case("user-dir-unreadable", "t", closed(d=0o000), **USER)
case("user-dir-unreadable-q", "-q t", closed(d=0o000), **USER)
case("user-dir-unreadable-qq", "-qq t", closed(d=0o000), **USER)
case("user-dir-no-search", "t", closed(d=0o444), **USER)
case("user-dir-no-list", "t t/d/x.py", closed(d=0o111), **USER)
case("user-dir-read-only", "t", closed(d=0o555), **USER)
case("user-cache-read-only", "t", closed(c=0o555), **USER)
case("user-cache-no-search", "t", closed(c=0o600), **USER)
case("user-dir-read-only-b", "-b t", closed(d=0o555), **USER)
case("user-levels-read-only", "-o0 -o1 --hardlink-dupes t", closed(d=0o555), **USER)
case("user-plain", "t", closed(), **USER)

# Regular expressions.
NAMES = ["a.py", "aa.py", "b1.py", "\xe9.py", "\u0663.py", "n\nl.py", "s p.py", "nb\xa0sp.py", "K.py",
         "\u212a.py", "\xdf.py", "foo.py", "Foo.py", "_x.py", "x-y.py", "q/foo.py", "q/a+b.py", "q/[z].py",
         "\U0001f40d.py", "\u0130.py"]
PATTERNS = [
    "a", "^a", "^t/a", r"a\.py$", r"^t/[^/]*\.py$", "foo|b1", "(foo|b)1?", r"\d", r"\D", r"\w\w", r"\W\W",
    r"\bfoo\b", r"\Boo", r"\Z", r"y\Z", r"\A", r"\At/q", r"\s", r"\S\S\S\S\S\S\S\S\S", "(?i)foo", "(?i)k",
    "(?i)\xc9", "(?i)\u0130", "(?i)SS", r"(?a)\w\.py", r"(?ia)k\.py", r"(?u)\w\.py", r"(?x) f o  o # comment",
    "(?s)n.l", "n.l", "(?m)^l", "(?m)n$", "(?P<x>o)(?P=x)", r"(o)\1", "(?<=t/)a", "(?<!t/)foo",
    "a(?=a)", "a(?!a)", "(?:a){2}", "a{2}", "a{,2}b", "o{2,}", "a{x", "o+?", "o*", "f.*?o", r"\x61\.",
    "\xe9", r"\u00e9", r"\U0001f40d", r"\N{LATIN SMALL LETTER E WITH ACUTE}", r"\056py", "[a-c]1", "[^a-z/]o",
    r"[\w]1", r"[\d]\.", r"[]a]a", "[[]z", r"\+", r"[+]", r"q/.*\.py", "(?#comment)foo", "t/(?!q)", "^(?!t/q)",
    "(a)?(?(1)a|b1)", "(?i:F)oo", "(?-i:F)oo", r"\t", r"\n", r"\/", r"\.", r"\-", "$", "^", ".", " ", "'", "&&",
    "(?s:.)l", "[\xe0-\xff]", "\\\xe9", "f(?P<n>o)o", r"[\b]", r"\_x", r"\r", "a||b1", "()", "x{0}foo", "s\\ p",
    "[:foo:]", "[[:alpha:]]", "[^[:F:]]", "[.]", "[=b1=]", "[(?R]", "[(*]", "(?#(?m)b1", "(?m)(?i)FOO", "(?#x)(?i)FOO",
    "(?x) (?i) F oo # [(", "(?u:o)o", r"\141", r"[\141]1", r"\0", r"(a)\1", r"(f)(o)(o)(\.)\4?p", "o{,}\\.", "a{ 1}",
    "(?(1)a|b1)(x)", "[a--]", "[&&]", "[+--]", r"(?x)a\ b|s\ p",
    # What re.compile refuses.
    r"\10", r"\400", r"[\9]", r"\1(a)", "(?-i)a", "(?(R)a|b)", "(?(DEFINE)a)", "[[:alpha:]", "a(?#", "(?i", r"[\Z]",
    "(", ")", "*a", "[", "a**", "(?P<1>a)", r"\q", r"\K", r"\h", r"\Qa", r"\e", r"\R", r"\X", r"\g<1>", r"\1",
    "(?<=a*)b", "(?P>n)", "(?R)", "(?|a|b)", "(*FAIL)a", "(?P<n>a)(?P<n>b)", "(?P=n)", "a{2,1}", r"\x6", r"\u12",
    r"\p{L}", r"\N{NO SUCH NAME}", "(?'n'a)", "(?<n>a)", "[z-a]", "\\", "a(?i)", "(?z)", "(?L)a", r"\8", r"\C",
    r"\N", r"\o{12}", r"\c[", r"\G", r"\k<n>", "(?(2)a|b)", "+", "?", "(?", "(?<=", "[a-\\d]", "{", "{1}", "}", "]",
]


# What PCRE2 has no equivalent of may be refused, but never be taken for something else.
REFUSED = {r"(?a)\w\.py", r"(?ia)k\.py", r"\N{LATIN SMALL LETTER E WITH ACUTE}"}


def excludes(pattern):
    """All but what re finds is compiled; what re refuses is an error. Asks re, to save compileall."""
    def check(got, place):
        found = place.python.ask(op="search", pattern=pattern, names=["t/" + name for name in NAMES])
        if found is None or got.status == 1 and pattern in REFUSED:
            faults = [] if got.status == 1 else [f"status: wanted 1, got {got.status}: re refuses {pattern!a}"]
            wanted = set()
            if not got.err:
                faults.append("nothing on stderr")
        else:
            faults = [] if got.status == 0 else [f"status: wanted 0, got {got.status}: {shown(got.err)}"]
            wanted = {name for name in NAMES if "t/" + name not in found}
        left = {name for name in NAMES if os.fsencode(place.fill(
            "t/{}__pycache__/{}.{{tag}}.pyc".format(*re.fullmatch(r"(?s)(q/)?(.*)\.py", name).groups("")))) in got.entries}
        return faults + [f"{pattern!a} " + ("must not" if name in wanted else "must") + f" exclude {name!a}"
                         for name in sorted(wanted ^ left)]
    return check


for number, pattern in enumerate(PATTERNS):
    case(f"x-{number:03}", ["-q", "-x", pattern, "t"], {"t/" + name: PLAIN for name in NAMES},
         differs=excludes(pattern))
case("x-all", ["-x", "", "-x", ".", "t", "t/a.py"], {"t/a.py": PLAIN}, on="all")
case("x-twice", ["-x", "a", "-x", "b", "t"], {"t/a.py": PLAIN, "t/b.py": PLAIN})
case("x-absolute", ["-x", "^t", "{T}/t", "t"], {"t/a.py": PLAIN})
case("x-file", ["-x", "a", "t/a.py", "t/b.py"], {"t/a.py": PLAIN, "t/b.py": PLAIN})
case("x-bytes", ["-x", r"t/.\.py", "t"], {b"t/\xff.py": PLAIN, b"t/a\xff.py": PLAIN})
case("x-bytes-pattern", ["-x", b"\xff".decode("utf-8", "surrogateescape"), "t"],
     {b"t/\xff.py": PLAIN, b"t/a.py": PLAIN, "t/\xff.py": PLAIN})
case("x-bytes-class", ["-x", r"\w\w\.py", "t"], {b"t/a\xff.py": PLAIN, b"t/aa.py": PLAIN})
case("x-dir", ["-x", "/q/", "t"], {"t/q/a.py": PLAIN, "t/a.py": PLAIN})
case("x-errors", ["-x", "bad|[.]svn", "t"], {"t/bad.py": BAD, "t/.svn/a.py": BAD, "t/a.py": PLAIN})
case("x-backtracking", ["-x", "(x+x+)+y", "t"], {"t/" + "x" * 12 + ".py": PLAIN}, on="one")
