# SPDX-License-Identifier: LGPL-2.1-or-later
"""Options and their combinations."""

import os

from lab import Dir, Link, Pyc
from table import ASSERT, BAD, DOC, FULL, MIXED, PLAIN, SMALL, TREE, case

# Plain use.
case("dir", "t", on="all")
case("dir-twice", None, steps=["t", "t"], on="all")
case("dir-slash", "t/")
case("dir-dot", ".")
case("dir-dot-slash", "./t/../t")
case("dir-absolute", "{T}/t")
case("dirs", "t/p/q t/p t")
case("file", "t/a.py", on="all")
case("file-absolute", "{T}/t/a.py")
case("file-no-py", "t/readme.txt")
case("file-twice", "t/a.py t/a.py")
case("file-and-dir", "t/a.py t t/a.py")
case("file-twice-forced", "-f t/a.py t/a.py")
case("dir-parent", "..", cwd="t/p")
case("dir-empty", "t", {"t": Dir()})
case("dir-pycache", "t/__pycache__", {"t/__pycache__/x.py": PLAIN, "t/a.py": PLAIN})
case("dir-holds-pycache", "t", {"t/__pycache__/x.py": PLAIN, "t/a.py": PLAIN})
case("missing", "nosuch")
case("missing-py", "nosuch.py t/a.py")
case("missing-among-others", "t/a.py nosuch bad.py t/p/b.py", dict(TREE, **{"bad.py": BAD}))
case("empty-argument", [""])
case("init-only", "t", {"t/__init__.py": ""}, on="all")
case("dots-in-names", "t", {"t/a.b.c.py": PLAIN, "t/..py": PLAIN, "t/a..py": PLAIN})

# Depth.
case("l", "-l t")
case("l-file", "-l t/a.py")
for depth in ("0", "1", "2", "5", "1000", "-1"):
    case(f"r{depth}", ["-r", depth, "t"])
case("r-joined", "-r1 t")
case("r-space-in-word", ["-r 1", "t"])
case("r-equals", "-r=1 t")
case("r-plus", "-r +1 t")
case("r-underscore", "-r 1_0 t")
case("r-and-l", "-r 1 -l t")
case("l-and-r", "-l -r 2 t")
case("r-twice", "-r 0 -r 1 t")
case("r-word", "-r one t")
case("r-empty", ["-r", "", "t"])
case("r-missing", "t -r")
case("deep-tree", "-q t", {"t/" + "d/" * 60 + "x.py": PLAIN})

# Words on stdout.
for quiet in ("", "-q", "-qq", "-qqq", "-q -q"):
    name = quiet.replace(" ", "") or "-"
    case(f"quiet{name}", quiet.split() + ["t"], MIXED, on="all" if quiet == "-q" else "one")
    case(f"quiet{name}-missing", quiet.split() + ["t", "none", "-i", "nolist"], MIXED)
    case(f"quiet{name}-missing-dir", quiet.split() + ["none", "t"], MIXED)
case("q-between", "t -q t/p")
case("q-after", "t t/p -q")

# Argparse's habits.
case("bundle", "-fqb t")
case("bundle-value", "-fqr1 t")
case("bundle-value-after", "-fqr 1 t")
case("bundle-unknown", "-fqz t")
case("long-abbreviated", "--hardlink -o0 -o1 t")
case("long-abbreviated-short", "--ha -o0 -o1 t")
case("long-abbreviated-value", "--inv checked-hash t")
case("long-abbreviated-equals", "--invalidation=unchecked-hash t")
case("long-abbreviated-workers", "--work=1 t")
case("long-flag-with-value", "--hardlink-dupes=1 -o0 -o1 t")
case("long-unknown", "--nothing t")
case("short-unknown", "-z t")
case("dashes", "-- t")
case("dashes-dash-file", "-q -- -x.py", {"-x.py": PLAIN})
case("dash-file-without-dashes", "-z.py", {"-z.py": PLAIN})
case("dash-number-file", "-5", {"-5/a.py": PLAIN})
case("single-dash", "-", {"-/a.py": PLAIN})
case("space-in-dash-word", ["-z y", "t"])
case("empty-d", ["-d", "", "t"])
case("empty-e", ["-e", "", "t"])
case("empty-s", ["-s", "", "t"], on="all")
case("empty-p", ["-p", "", "t"])
case("empty-i", ["-i", "", "t"])
case("value-like-option", "-d -q t")
case("value-missing", "t -d")
case("value-dashes", "-d -- t")

# Where the pyc goes and what it is called.
case("b", "-b t", on="all")
case("b-fresh", None, steps=["-b t", "-b t"])
case("b-levels", "-b -o 0 -o 2 t")
case("b-levels-twice", None, steps=["-b -o 0 -o 1 t", "-b -o 0 -o 1 t"])
case("b-beside-pycache", None, steps=["t", "-b t"])
case("levels", "-o 0 -o 1 -o 2 t", on="all")
case("levels-backwards", "-o2 -o1 -o0 t")
case("levels-again", "-o 1 -o 1 -o 0 t")
case("levels-two", "-o 0 -o 2 t", on="all")
case("levels-fresh", None, steps=["-o 0 -o 1 t", "-o 1 -o 0 t"])
case("levels-one-missing", None, steps=["-o 0 t", "-o 0 -o 1 t"])
case("level-0", "-o0 t")
case("level-1", "-o1 t", on="all")
case("level-2", "-o 2 t", on="all")
case("level-joined-space", ["-o 2", "t"])
case("level-3", "-o 3 t")
case("level-3-quiet", "-q -o 3 t")
case("level-0-and-3", "-o 0 -o 3 t")
case("level-minus-1", "-o -1 t")
case("level-minus-1-joined", "-o-1 t")
case("level-minus-1-and-0", "-o -1 -o 0 t")
case("level-minus-1-and-1", "-o -1 -o 1 t", on="all")
case("level-minus-2", "-o -2 t")
case("level-word", "-o all t")
case("level-none", "t -o")

# Recorded paths.
case("d-dir", "-d /usr/lib/x t", on="all")
case("d-dir-relative", "-d x/y t")
case("d-dir-slash-end", "-d x/ t")
case("d-dir-argument-slash", "-d x t/", on="all")
case("d-dir-absolute", "-d /x {T}/t")
case("d-dir-dot", "-d /x .")
case("d-file", "-d /usr/lib/x t/p/b.py t/a.py", on="all")
case("d-file-and-dir", "-d /x t/a.py t")
case("d-empty-error", ["-d", "", "t"], MIXED)
case("d-error", "-q -d dinsdale t", MIXED, on="all")
case("d-and-s", "-d x -s t t")
case("d-and-p", "-d x -p t t")
case("d-and-empty-p", ["-d", "x", "-p", "", "t"])
case("s", "-s {T} {T}/t", on="all")
case("s-p-root", "-s {T} -p / {T}/t", on="all")
case("s-p", "-s {T}/t -p /opt/x {T}/t")
case("s-p-slash", "-s {T} -p /opt/ {T}/t")
case("s-relative", "-s t t")
case("s-file", "-s {T} {T}/t/a.py")
case("s-p-error", "-s {T} -p / {T}/t", MIXED)
case("s-repeated-component", "-s {T}/t {T}/t", {"t/t/t/t.py": FULL})
case("s-no-prefix", "-s /nowhere {T}/t", on="all")
case("s-no-prefix-q", "-q -s /nowhere {T}/t", on="all")
case("s-no-prefix-qq", "-qq -s /nowhere {T}/t", on="all")
case("s-no-prefix-p", "-s /nowhere -p /x t", on="all")
case("s-part-of-component", "-s {T}/t/p {T}/t/pp {T}/t/p", {"t/p/a.py": FULL, "t/pp/b.py": FULL},
     on="all")
case("s-slash-end", "-s {T}/ {T}/t", on="all")
case("s-root", "-s / {T}/t", on="all")
case("s-empty-absolute", ["-s", "", "{T}/t"])
case("s-longer-than-path", "-s {T}/t/a.py/x {T}/t/a.py", on="all")
case("s-other-place", "-s t/z {T}/t", on="all")
case("s-twice-in-path", "-s x/y/b -p / t", {"t/b/b/b/c.py": FULL, "t/y/b/c.py": FULL}, on="all")
case("s-double", "-s t//p t/p t//p", on="all")
case("s-d-like", "-s t/ -p x t/", MIXED, on="all")
case("s-first-only", "-s /x/t {T}/t", MIXED, on="all")
case("s-dots", "-s ./t ./t t", on="all")
case("s-excluded-warns", ["-s", "/no", "-x", "a", "t"], on="all")
case("s-other-files-warn", "-s /no t", {"t/readme": "", "t/x.pyw": ""}, on="all")
case("p", "-p /x t", on="all")
case("p-absolute", "-p /x {T}/t")
case("p-relative", "-p x t/a.py")
case("p-twice", "-p /x -p /y t")

# Lists.
case("i", "-i list", dict(TREE, list="t/a.py\nt/p\n"))
case("i-and-args", "-i list t/a.py", dict(TREE, list="t/p/b.py\n"))
case("i-twice", "-i list -i list2", dict(TREE, list="t/a.py\n", list2="t/p/b.py\n"))
case("i-no-newline", "-i list", dict(TREE, list="t/a.py\nt/p/b.py"))
case("i-crlf", "-i list", dict(TREE, list="t/a.py\r\nt/p/b.py\r\n"))
case("i-cr", "-i list", dict(TREE, list="t/a.py\rt/p/b.py\r"))
case("i-blanks", "-i list", dict(TREE, list="  t/a.py\t\n\x0ct/p/b.py\x0b \n"))
case("i-unicode-blanks", "-i list", dict(TREE, list="\u3000t/a.py\xa0\n\x85t/p/b.py\x1c\n"))
case("i-blank-line", "-i list", dict(TREE, list="t/a.py\n\n  \nt/p/b.py\n"))
case("i-bom", "-i list", dict(TREE, list="\ufefft/a.py\nt/p/b.py\n"))
case("i-missing", "-i nosuch t")
case("i-missing-qq", "-qq -i nosuch t")
case("i-dir", "-i t t")
case("i-odd-missing", ["-i", "no such\n", "t"])
case("i-missing-files", "-i list", dict(TREE, list="nosuch\nt/a.py\nnosuch.py\n"))
case("i-unicode", "-i list", {"t/\xe9.py": PLAIN, "list": "t/\xe9.py\n"})
case("i-comment", "-i list", dict(TREE, list="# t/a.py\nt/a.py # b\n"))
case("i-stdin", "-i -", stdin="t/a.py\nt/p\n", on="all")
case("i-stdin-and-args", "-i - t/a.py", stdin="t/p/b.py\n")
case("i-stdin-crlf", "-i -", stdin="t/a.py\r\nt/p\r\n")
case("i-stdin-bytes", "-q -i -", {b"t/\xff\xfe.py": PLAIN}, stdin=b"t/\xff\xfe.py\n")
case("i-stdin-mixed", "-i -", MIXED, stdin="t/bad.py\nt\nt/c.py\n")
case("i-stdin-2000", "-i - -o 0 -o 1", {f"t/d{i % 7}/m{i}.py": f"x = {i}\n" * 20 for i in range(2000)},
     stdin="".join(f"t/d{i % 7}/m{i}.py\n" for i in range(2000)), on="one", slow=True)
case("i-stdin-2000-same", "-qi -", SMALL, stdin="t/a.py\n" * 2000, on="one")

# No arguments, or none in a list. The cwd comes first in sys.path; its failure ends the run, so that
# nothing else is touched. The others get a cache prefix that has everything already.
FAILS = {"bad.py": BAD, "ok.py": FULL, "p/q.py": PLAIN}


def prefixed(more):
    """A tree whose px/ is a full cache prefix for all that sys.path holds besides."""
    def tree(place):
        ready = place.python.prepared(place.top)
        links = {"px" + entry: Link(ready + entry) for entry in place.python.path_dirs
                 if os.path.isdir(ready + entry)
                 and not any(entry.startswith(other + "/") for other in place.python.path_dirs)}
        return dict(more, **links)
    return tree


PREFIX = {"PYTHONPYCACHEPREFIX": "{T}/px"}
NOBODY = 65534
case("path", "", prefixed({"a.py": FULL, "p/b.py": PLAIN}), env=PREFIX, on="one")
case("path-q", "-q", prefixed({"a.py": FULL, "p/b.py": PLAIN}), env=PREFIX, on="one")
case("path-pythonpath", "", prefixed({"c/x.txt": "", "l/a.py": FULL, "l/p/b.py": PLAIN}), cwd="c",
     env=dict(PREFIX, PYTHONPATH="{T}/l:{T}/nosuch:"), on="one")
case("path-i-empty", "-i list", prefixed({"a.py": FULL, "list": ""}), env=PREFIX, on="one")
case("path-stdin-empty", "-i -", prefixed({"a.py": FULL}), stdin="", env=PREFIX, on="one")
for words in ("", "-q", "-qq", "-f", "-b", "-fb", "--invalidation-mode=checked-hash", "-o0 -o1", "-r 5",
              "-l", "-j2", "-d x", "-s x", "-x ok", "-e x"):
    case("path-fails" + words.replace(" ", ""), words, FAILS, user=NOBODY, on="one")
case("path-fails-fresh", None, dict(FAILS, **{"__pycache__/ok.{tag}.pyc": Pyc("ok.py")}),
     steps=[""], user=NOBODY, on="one")
case("path-fails-pythonpath", "", {"c/x.txt": "", "l/bad.py": BAD, "l/ok.py": FULL}, cwd="c",
     env={"PYTHONPATH": "{T}/l"}, user=NOBODY, on="one")
case("path-fails-i-blank", "-i list", dict(FAILS, list="\n"), user=NOBODY, on="one")

# Workers. With several, compileall's own order is that of luck.
case("j1", "-j1 t", MIXED)
case("j-space", "-j 1 t", MIXED)
case("j2", "-q -j2 t", {"t/a.py": FULL, "t/bad.py": BAD, "t/c.py": PLAIN}, on="all")
case("j0", "-q -j0 t", {"t/a.py": FULL, "t/bad.py": BAD, "t/c.py": PLAIN})
case("j-workers", "--workers 2 -q t")
case("j-minus-1", "-j -1 t")
case("j-minus-1-file", "-j -1 t/a.py")
case("j-word", "-j two t")
case("j-levels", "-qj2 -o 0 -o 1 -o 2 --hardlink-dupes t", on="all")

# How the importer is to check.
for mode in ("timestamp", "checked-hash", "unchecked-hash"):
    case(f"mode-{mode}", ["--invalidation-mode", mode, "t"], on="all")
    case(f"mode-{mode}-epoch", ["--invalidation-mode", mode, "t"], env={"SOURCE_DATE_EPOCH": "0"})
case("mode-wrong", "--invalidation-mode size t")
case("mode-abbreviated-value", "--invalidation-mode checked t")
case("mode-levels", "--invalidation-mode checked-hash -o 0 -o 1 -o 2 t", on="all")
case("mode-links", "--invalidation-mode checked-hash -o 0 -o 1 -o 2 --hardlink-dupes t")

# Hard links.
LINKS = {"t/full.py": FULL, "t/plain.py": PLAIN, "t/doc.py": DOC, "t/assert.py": ASSERT}
case("links", "-o 0 -o 1 -o 2 --hardlink-dupes t", LINKS, on="all")
case("links-01", "-o 0 -o 1 --hardlink-dupes t", LINKS)
case("links-12", "-o 1 -o 2 --hardlink-dupes t", LINKS)
case("links-02", "-o 0 -o 2 --hardlink-dupes t", LINKS)
case("links-default-and-1", "-o -1 -o 1 --hardlink-dupes t", LINKS)
case("links-unsorted-again", "-o 1 -o 0 -o 1 --hardlink-dupes t", LINKS)
case("links-one-level", "-o 1 --hardlink-dupes t", LINKS)
case("links-no-level", "--hardlink-dupes t", LINKS)
case("links-fresh", None, LINKS, steps=["-o0 -o1 --hardlink-dupes t", "-o0 -o1 --hardlink-dupes t"])
case("links-forced", None, LINKS, steps=["-o0 -o1 -o2 --hardlink-dupes t", "-f -o0 -o1 -o2 --hardlink-dupes t"])
case("links-then-plain", None, LINKS, steps=["-o0 -o1 -o2 --hardlink-dupes t", "-f -o0 -o2 t"])
case("links-plain-then", None, LINKS, steps=["-o0 -o1 -o2 t", "-o0 -o1 -o2 --hardlink-dupes t"])
case("links-plain-then-forced", None, LINKS, steps=["-o0 -o1 -o2 t", "-fo0 -o1 -o2 --hardlink-dupes t"])
case("links-error", "-o0 -o1 --hardlink-dupes t", MIXED)


def change(place):
    """A new source in place, with a new mtime."""
    path = os.path.join(place.root, "t/plain.py")
    place.write(path, b"print(0)\n", 0o644, 1_600_000_100 * 10**9)


case("links-one-recompiled", None, LINKS, steps=["-o0 -o1 -o2 --hardlink-dupes t", change, "-o1 t"])
case("links-two-recompiled", None, LINKS,
     steps=["-o0 -o1 -o2 --hardlink-dupes t", change, "-o0 -o2 --hardlink-dupes t"])

# Symlinks that lead out.
OUT = {"t/in.py": FULL, "t/x.py": Link("../o/x.py"), "t/y.py": Link("in.py"), "o/x.py": PLAIN,
       "t/z": Link("../o"), "t/dangling.py": Link("none.py"), "t/l.py": Link("y.py"), "t2/a.py": PLAIN}
case("e", "-e t t", OUT)
case("e-absolute", "-e {T}/t t", OUT)
case("e-elsewhere", "-e o t", OUT)
case("e-all", "-e . t", OUT)
case("e-root", "-e / t", OUT)
case("e-missing", "-e nosuch t", OUT)
case("e-through-link", "-e t/z t", OUT)
case("e-prefix-of-name", "-e t t2 t/y.py", OUT)
case("e-argument", "-e t t/x.py t/y.py", OUT)
case("e-dir-link-argument", "-e t t/z", OUT)
case("e-none", "t", OUT)
