# SPDX-License-Identifier: LGPL-2.1-or-later
"""Odd command lines of compileall, made from a seed.

Every line names a path: without one, compileall would write beside the interpreter's own library.
"""

import random

from full import SETTLED
from lab import Dir, File, Link, Pyc
from table import ASSERT, BAD, DOC, FULL, PLAIN

TREE = {
    "t/a.py": FULL, "t/b.py": PLAIN, "t/bad.py": BAD, "t/warns.py": "x = 1\nassert (x, 'y')\n",
    "t/p/__init__.py": "", "t/p/b.py": DOC, "t/p/q/c.py": ASSERT, "t/p/q/r/d.py": PLAIN,
    "t/.hidden/e.py": DOC, "t/.f.py": PLAIN, "t/\u00e9.py": PLAIN, "t/s p.py": ASSERT, "t/\udcff.py": PLAIN,
    "t/n.txt": "no source\n", "t/x.py/y.py": PLAIN, "t/m.py": File(DOC, 0o600, -1_500_000_000), "t/empty": Dir(),
    "o/b.py": DOC, "o.py": PLAIN, "t/l": Link("../o"), "t/k.py": Link("../o.py"), "t/gone.py": Link("nowhere"),
    "t/__pycache__/b.{tag}.pyc": Pyc("t/b.py"), "t/p/__pycache__/b.{tag}.pyc": Pyc("t/p/b.py", spoilt="stale"),
    "t/__pycache__/m.{tag}.pyc": Pyc("t/m.py", spoilt="magic"), "t/b.pyc": Pyc("t/b.py", cut=14),
    "list": "t/p\nt/a.py\n", "list2": "t/bad.py\n\n  t/p/q  \nnone\n./t//b.py\n", "-5/a.py": PLAIN,
}
PATHS = [
    "t", "t", "t", "t/", "t//", "./t", ".//t", "{T}/t", "{T}//t/", "/{T}/t", "t/.", "t/..", "t/p", "t/p/", "t/p/../a.py",
    "t/p/..", "t/a.py", "t/a.py", "t//a.py", "./t/a.py", "{T}/t/a.py", "t/k.py", "t/l", "t/l/", "t/l/b.py", "t/l/../o.py",
    "t/gone.py", "none", "none.py", "t/none", "t/none/", "t/n.txt", "t/x.py", "t/x.py/y.py", "t/a.py/", "t/a.py/x", ".", "./",
    "", " ", " t", "t/\u00e9.py", "t/s p.py", "t/\udcff.py", "t/bad.py", "t/warns.py", "o", "o.py", "t/__pycache__",
    "t/p/__pycache__", "t/b", "/nonexistent/x", "t/*", "list", "t/empty", "t/.hidden", "t/.f.py", "t/p/q/r", "-5", "t/m.py",
]
INSIDE = [".", "./", "p", "a.py", "./a.py", "../t", "../t/p", "../o", "../o.py", "{T}/t", "p/..", "l", "bad.py", "none", "p//q"]
DIRS = ["t", "t/", "t//", "./t", ".", "", "/", "//", "{T}", "{T}/", "{T}/t", "{T}/t/", "{T}//t", "t/p", "t//p", "{T}/t/p", "p", "o", "x",
        "/x", "/x/", "x/../y", "/usr/lib", "{T}/tt", "{T}/t/a.py", "t/a.py", "\u00e9", "a b", "t/..", "none", "t/l", "o.py"]
NUMBERS = ["0", "1", "2", "3", "10", "-1", "+1", " 1", "1_0", "01", "-0"]
WRONG = ["", "x", "1.5", "0x1", "--1", "1 2", "1_", "one"]
REGEXPS = ["a", "a.py", "/p/", "^t", "^/", "bad", r"\.py$", "[ab]", "(?i)A", "p/(?!q)", "b|c", r"t\b", "$^", ".", r"\d", "//", "s p", "(", "[",
           "*", "a{2,1}"]
LISTS = ["list", "list2", "-", "-", "none", "t", "./list", "t/n.txt", "", "{T}/list"]
MODES = ["timestamp", "checked-hash", "unchecked-hash"]
STDIN = ["t/a.py\n", "t/p\nt/bad.py\n", "\n", "  t/p/q\t\n", "t//a.py\r\nt/p\r\n", "none\nt/k.py", "list\n-q\n"]
ENVIRONMENTS = [
    {"PYTHONOPTIMIZE": "1"}, {"PYTHONOPTIMIZE": "2"}, {"PYTHONPYCACHEPREFIX": "{T}/px"}, {"PYTHONPYCACHEPREFIX": "px"},
    {"SOURCE_DATE_EPOCH": "1600000000"}, {"SOURCE_DATE_EPOCH": ""}, {"PYTHONWARNINGS": "ignore"}, {"PYTHONWARNINGS": "error"},
    {"PYTHONNODEBUGRANGES": "1"}, {"PYTHONDONTWRITEBYTECODE": None}, {"LC_ALL": "C"},
]


class Line:
    """One command line: its words, what they mean as (option, value) pairs, its paths, and the rest
    that a case has. .steps runs it twice where the second run shall find what the first left."""

    def __init__(self, number, chance):
        self.name, self.chance = f"line-{number}", chance
        self.tree, self.options, self.env, self.cwd, self.user = TREE, [], dict(SETTLED), "", None
        self.shell = None
        self.stdin, self.umask = None, chance.choice([0o022, 0o022, 0o077, 0o002])
        words = [self.option() for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 4, 6]))]
        if chance.random() < 0.15:
            self.cwd = "t"
        paths = [[path] for path in chance.choices(INSIDE if self.cwd else PATHS, k=chance.choice([1, 1, 1, 1, 2, 3]))]
        self.paths = [path for path, in paths]
        if chance.random() < 0.3:
            self.env.update(chance.choice(ENVIRONMENTS))
        if chance.random() < 0.9:
            words += self.last(paths)
        else:   # anywhere: argparse takes the paths of one place only
            for path in paths:
                words.insert(chance.randrange(len(words) + 1), path)
        self.words = [word for group in words for word in group]
        if chance.random() < 0.03:
            self.words += chance.choice([["-d"], ["--workers"], ["--invalidation-mode"], ["--nosuch"], ["-z"], ["-fz"], ["--q"]])
        self.steps = [self.words] * chance.choice([1, 1, 1, 2])
        self.strict = chance.random() < 0.5

    def last(self, paths):
        if self.chance.random() < 0.1:
            return [["--"]] + paths
        return paths

    def option(self):
        letter = self.chance.choice("lrffqqbbdspxijoooeIIH")
        if letter in "lfb":
            self.options.append((letter, None))
            return ["-" + self.chance.choice([letter, letter, letter * 2])]
        if letter == "q":
            count = self.chance.choice([1, 1, 2, 2, 3])
            self.options += [("q", None)] * count
            return self.chance.choice([["-" + "q" * count], ["-q"] * count])
        if letter == "I":
            return self.long("--invalidation-mode", letter, self.chance.choice(MODES), 3)
        if letter == "H":
            self.options.append(("H", None))
            return ["--hardlink-dupes"[:self.chance.choice([16, 16, 9, 5])]]
        value = self.value(letter)
        if letter == "j" and self.chance.random() < 0.5:
            return self.long("--workers", letter, value, 3)
        self.options.append((letter, value))
        if value == "" or value.startswith("="):
            return ["-" + letter, value]
        return self.chance.choice([["-" + letter, value], ["-" + letter, value], ["-" + letter + value], ["-" + letter + "=" + value]])

    def value(self, letter):
        if letter in "rjo":
            return self.chance.choice(WRONG if self.chance.random() < 0.06 else NUMBERS)
        if letter == "i":
            value = self.chance.choice(LISTS)
            if value == "-":
                self.stdin = self.chance.choice(STDIN)
            return value
        return self.chance.choice(REGEXPS if letter == "x" else DIRS)

    def long(self, word, letter, value, shortest):
        """An option with two dashes, abbreviated or not."""
        if self.chance.random() < 0.04:
            value = self.chance.choice(["", "x", "0.5", value.upper() + "x"])
        self.options.append((letter, value))
        word = word[:self.chance.choice([len(word), len(word), shortest, len(word) - 1])]
        return self.chance.choice([[word, value], [word + "=" + value]])


def lines(seed, count):
    """So many lines, the same for a seed whatever the count."""
    return [Line(number, random.Random(f"{seed} line {number}")) for number in range(count)]
