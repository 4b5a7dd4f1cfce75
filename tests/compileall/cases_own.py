# SPDX-License-Identifier: LGPL-2.1-or-later
"""The deliberate differences: each with an expectation of its own, compileall is not asked.

An expectation gets what pycsync did and the place, and returns faults.
"""

import ctypes
import os
import struct
import threading

from lab import Link, Pyc, shown
from table import ASSERT, BAD, DOC, FULL, MIXED, PLAIN, TREE, case

OWN = "t/__pycache__/a.{tag}.pyc"
OPT1 = "t/__pycache__/a.{tag}.opt-1.pyc"
FLAGS = {"timestamp": 0, "checked": 3, "unchecked": 1}


def expect(status=0, out=None, lines=None, says=(), then=()):
    """Status, exact stdout, number of lines on stderr, words on stderr, and further checks."""
    def check(got, place):
        faults = []
        if got.status != status:
            faults.append(f"status: wanted {status}, got {got.status}; stderr: {shown(got.err)}")
        if out is not None and got.out != place.fill(out).encode():
            faults.append(f"stdout: wanted {shown(place.fill(out))}, got {shown(got.out)}")
        if lines is not None and got.err.count(b"\n") != lines:
            faults.append(f"stderr: wanted {lines} lines, got {shown(got.err)}")
        faults += [f"stderr: lacks {word!r}: {shown(got.err)}" for word in says
                   if word.encode() not in got.err]
        for further in then:
            faults += further(got, place)
        return faults
    return check


def pyc(name, kind, fresh=False, data=FULL):
    """This pyc is of this kind and right in its header; with fresh, the marker is still in it."""
    def check(got, place):
        path = place.fill(name)
        if os.fsencode(path) not in got.entries:
            return [f"{path}: missing"]
        content, source = got.read(path), data.encode()
        faults = []
        marked = content[16:] == place.python.marker
        if marked != fresh:
            faults.append(f"{path}: should have been " + ("left" if fresh else "compiled"))
        wanted = place.python.magic + struct.pack("<L", FLAGS[kind])
        if kind == "timestamp":
            wanted += struct.pack("<LL", 1_600_000_000, len(source))
        else:
            wanted += place.python.source_hash(source)
        if content[:16] != wanted:
            faults.append(f"{path}: header {content[:16].hex()}, wanted {wanted.hex()}")
        return faults
    return check


def absent(name):
    def check(got, place):
        path = place.fill(name)
        return [f"{path}: is there"] if os.fsencode(path) in got.entries else []
    return check


def no_strangers(got, _):
    """No temporary file is left."""
    return [f"{shown(name)}: left behind" for name in got.entries
            if name.startswith(b"t/__pycache__/") and not name.endswith(b".pyc")]


def recorded(name, path):
    """The pyc of this name has this path in it."""
    def check(got, place):
        data, wanted = got.read(place.fill(name)), place.fill(path).encode()
        return [] if wanted in data else [f"{name}: does not record {path}"]
    return check


def own(name, args, tree, check, **more):
    case("own-" + name, args, tree, differs=check, **more)


def caches(node, node1=None):
    tree = {"t/a.py": FULL, OWN: node}
    if node1:
        tree[OPT1] = node1
    return tree


CHECKED, UNCHECKED = "--invalidation-mode checked-hash t", "--invalidation-mode unchecked-hash t"
LISTS, COMPILES = "Listing 't'...\n", "Listing 't'...\nCompiling 't/a.py'...\n"

# A pyc that the importer would refuse for its size.
own("size", "t", caches(Pyc("t/a.py", spoilt="size")), expect(out=COMPILES, then=[pyc(OWN, "timestamp")]), on="all")
own("size-file", "-q t/a.py", caches(Pyc("t/a.py", spoilt="size")), expect(out="", then=[pyc(OWN, "timestamp")]))
own("cut-12", "t", caches(Pyc("t/a.py", cut=12)), expect(out=COMPILES, then=[pyc(OWN, "timestamp")]))
own("size-level", "-o0 -o1 t", caches(Pyc("t/a.py"), Pyc("t/a.py", spoilt="size")),
    expect(out=COMPILES, then=[pyc(OWN, "timestamp"), pyc(OPT1, "timestamp")]))
own("size-right", "t", caches(Pyc("t/a.py")), expect(out=LISTS, then=[pyc(OWN, "timestamp", fresh=True)]))

# A pyc in another mode than the one asked for.
own("timestamp-to-checked", CHECKED, caches(Pyc("t/a.py")), expect(out=COMPILES, then=[pyc(OWN, "checked")]), on="all")
own("timestamp-to-unchecked", UNCHECKED, caches(Pyc("t/a.py")), expect(out=COMPILES, then=[pyc(OWN, "unchecked")]))
own("checked-to-unchecked", UNCHECKED, caches(Pyc("t/a.py", "checked")),
    expect(out=COMPILES, then=[pyc(OWN, "unchecked")]))
own("unchecked-to-checked", CHECKED, caches(Pyc("t/a.py", "unchecked")),
    expect(out=COMPILES, then=[pyc(OWN, "checked")]))
own("checked-to-timestamp", "--invalidation-mode timestamp t", caches(Pyc("t/a.py", "checked")),
    expect(out=COMPILES, then=[pyc(OWN, "timestamp")]))
own("checked-to-default", "t", caches(Pyc("t/a.py", "checked")), expect(out=COMPILES, then=[pyc(OWN, "timestamp")]))
own("timestamp-to-epoch", "t", caches(Pyc("t/a.py")), expect(out=COMPILES, then=[pyc(OWN, "checked")]),
    env={"SOURCE_DATE_EPOCH": "1"})

# A hash pyc whose hash matches.
own("checked-fresh", CHECKED, caches(Pyc("t/a.py", "checked")),
    expect(out=LISTS, then=[pyc(OWN, "checked", fresh=True)]), on="all")
own("unchecked-fresh", UNCHECKED, caches(Pyc("t/a.py", "unchecked")),
    expect(out=LISTS, then=[pyc(OWN, "unchecked", fresh=True)]))
own("checked-fresh-epoch", "t", caches(Pyc("t/a.py", "checked")),
    expect(out=LISTS, then=[pyc(OWN, "checked", fresh=True)]), env={"SOURCE_DATE_EPOCH": "1"})
own("checked-stale", CHECKED, caches(Pyc("t/a.py", "checked", "stale")),
    expect(out=COMPILES, then=[pyc(OWN, "checked")]))
own("unchecked-stale", UNCHECKED, caches(Pyc("t/a.py", "unchecked", "stale")),
    expect(out=COMPILES, then=[pyc(OWN, "unchecked")]))
own("checked-forced", "-f " + CHECKED, caches(Pyc("t/a.py", "checked")),
    expect(out=COMPILES, then=[pyc(OWN, "checked")]))
own("checked-levels-fresh", "-o0 -o1 " + CHECKED, caches(Pyc("t/a.py", "checked"), Pyc("t/a.py", "checked")),
    expect(out=LISTS, then=[pyc(OWN, "checked", fresh=True), pyc(OPT1, "checked", fresh=True)]))
own("checked-levels-one-stale", "-o0 -o1 " + CHECKED,
    caches(Pyc("t/a.py", "checked"), Pyc("t/a.py", "checked", "stale")),
    expect(out=COMPILES, then=[pyc(OWN, "checked"), pyc(OPT1, "checked")]))
own("checked-legacy-fresh", "-b " + CHECKED, {"t/a.py": FULL, "t/a.pyc": Pyc("t/a.py", "checked")},
    expect(out=LISTS, then=[pyc("t/a.pyc", "checked", fresh=True)]))
own("checked-twice", None, {"t/a.py": FULL}, expect(out=LISTS), steps=[CHECKED, CHECKED])
own("checked-magic", CHECKED, caches(Pyc("t/a.py", "checked", "magic")),
    expect(out=COMPILES, then=[pyc(OWN, "checked")]))
own("checked-broken-source", CHECKED, {"t/a.py": BAD, OWN: Pyc("t/a.py", "checked")},
    expect(out=LISTS, then=[pyc(OWN, "checked", fresh=True, data=BAD)]))
own("checked-link", CHECKED, {"t/a.py": FULL, OWN: Link("../../x.pyc"), "x.pyc": Pyc("t/a.py", "checked")},
    lambda got, place: [] if got.status in (0, 1) and os.fsencode(place.fill(OWN)) not in got.touched
    else [f"status {got.status}, or the link was replaced"])

# Errors in one line.
own("strip-all", "-s {T}/t/a.py {T}/t/a.py", {"t/a.py": FULL},
    expect(status=1, lines=1, says=["t/a.py"], then=[absent(OWN)]), on="all")
own("strip-all-relative", "-s t/a.py t/a.py", {"t/a.py": FULL}, expect(status=1, lines=1, then=[absent(OWN)]))
own("strip-all-prepend", "-s t/a.py -p / t/a.py", {"t/a.py": FULL}, expect(status=1, lines=1, then=[absent(OWN)]))
own("same-level-links", "-o 1 -o 1 --hardlink-dupes t", {"t/a.py": FULL},
    expect(status=1, lines=1, then=[absent(OPT1)]), on="all")
own("same-level-links-file", "-o0 -o0 --hardlink-dupes t/a.py", {"t/a.py": FULL},
    expect(status=1, lines=1, then=[absent(OWN)]))
own("bad-regexp", ["-x", "(", "t"], {"t/a.py": FULL}, expect(status=1, out="", lines=1, then=[absent(OWN)]))
own("empty-regexp", ["-x", "", "t"], {"t/a.py": FULL}, expect(status=1, lines=1, then=[absent(OWN)]))
own("name-long", "-q t", {f"t/{'n' * 235}.py": PLAIN},
    expect(out="", lines=0, then=[pyc(f"t/__pycache__/{'n' * 235}.{{tag}}.pyc", "timestamp", data=PLAIN)]))
for word in ("\u0661", "\xa01", "1_", ""):
    own(f"number-{ascii(word)[1:-1]}", ["-r", word, "t"], {"t/a.py": FULL}, expect(status=2, out="", lines=1))
own("i-nul", "-i list", {"t/a.py": FULL, "list": "t/a.py\0x\nt/a.py\n"},
    expect(status=1, out="", lines=1, then=[absent(OWN)]))
own("i-stdin-nul", "-i -", {"t/a.py": FULL}, expect(status=1, out="", lines=1, then=[absent(OWN)]), stdin="\0")
own("minus-workers", "-j -1 t", {"t/a.py": FULL}, expect(status=1, out="", lines=1, then=[absent(OWN)]))

# The command line is the newest CPython's with every interpreter.
own("negative-path", "-5x", {"-5x/a.py": PLAIN},
    expect(out="Listing '-5x'...\nCompiling '-5x/a.py'...\n", lines=0), on="all")
own("negative-value", "-q -d -5x t/a.py", {"t/a.py": FULL}, expect(out="", then=[recorded(OWN, "-5x/a.py")]), on="all")
own("bundle-equals", "-qd=x t/a.py", {"t/a.py": FULL}, expect(out="", then=[recorded(OWN, "x/a.py")]), on="all")
own("bundle-equals-level", "-qo=1 t/a.py", {"t/a.py": FULL}, expect(out="", then=[pyc(OPT1, "timestamp"), absent(OWN)]), on="all")


def no_pycs(got, _):
    return [f"{shown(name)}: nobody asked for it" for name in sorted(got.entries) if name.endswith(b".pyc")]


# The interpreter that tells its sys.path imports modules of its own: here, one that compiles nothing.
own("path-asked", "-qq", {"a/bad.py": BAD, "lib/sitecustomize.py": PLAIN}, expect(status=1, out="", then=[no_pycs]), cwd="a",
    env={"PYTHONPYCACHEPREFIX": "{T}/px", "PYTHONDONTWRITEBYTECODE": None, "PYTHONPATH": "{T}/lib"}, on="all")

# Links are made and replaced without a moment when there is none.
IN_DELETE, IN_NONBLOCK = 0x200, os.O_NONBLOCK


def watched(place):
    """Watches the cache directory from now on for names that vanish."""
    libc = ctypes.CDLL(None, use_errno=True)
    place.inotify = libc.inotify_init1(IN_NONBLOCK | os.O_CLOEXEC)
    path = os.path.join(place.root, "t/__pycache__")
    if libc.inotify_add_watch(place.inotify, path.encode(), IN_DELETE) < 0:
        raise OSError(ctypes.get_errno(), path)


def none_vanished(got, place):
    """No pyc was deleted while somebody watched; temporary names are nobody's business."""
    try:
        data = os.read(place.inotify, 1 << 20)
    except BlockingIOError:
        data = b""
    os.close(place.inotify)
    faults = []
    while data:
        _, _, _, length = struct.unpack("iIII", data[:16])
        name, data = data[16:16 + length].rstrip(b"\0"), data[16 + length:]
        if name.endswith(b".pyc") and not name.startswith(b"."):
            faults.append(f"{shown(name)}: was deleted for a moment")
    return faults


def linked(*names):
    def check(got, place):
        group = {os.fsencode(place.fill(name)) for name in names}
        return [] if group in got.groups.values() else [f"{sorted(group)} are not one file"]
    return check


OPT2 = "t/__pycache__/a.{tag}.opt-2.pyc"
THREE = "-o0 -o1 -o2 --hardlink-dupes t"
own("links-atomic", None, {"t/a.py": PLAIN},
    expect(then=[none_vanished, no_strangers, linked(OWN, OPT1, OPT2)]), steps=[THREE, watched, "-f " + THREE])
own("links-atomic-first", None, {"t/a.py": PLAIN},
    expect(then=[none_vanished, no_strangers, linked(OWN, OPT1, OPT2)]), steps=["-o0 -o1 -o2 t", watched, "-f " + THREE])
own("links-atomic-part", None, {"t/a.py": DOC},
    expect(then=[none_vanished, no_strangers, linked(OWN, OPT1)]), steps=[THREE, watched, "-f " + THREE])
own("links-clean", THREE, {"t/a.py": PLAIN, "t/b.py": DOC, "t/c.py": ASSERT, "t/d.py": FULL}, expect(then=[no_strangers]))

# Code that marshal refuses is an error of that file, and of no other.
own("marshal", "-q t", {"t/a.py": "x = " + "lambda: " * 1500 + "1\n", "t/b.py": FULL},
    expect(status=1, out="*** Error compiling 't/a.py'...\nSorry: ValueError: object too deeply nested to marshal\n",
           lines=0, then=[absent(OWN), pyc("t/__pycache__/b.{tag}.pyc", "timestamp")]), since=(3, 13), on="all")

# A pyc that cannot be written whole, a stack that is small, warnings that get lost.
own("cut-short", "-q t", {"t/a.py": "x = '" + "a" * 5000 + "'\n", "t/b.py": PLAIN},
    expect(status=1, out="*** Error compiling 't/a.py'...\n"
           f"OSError: [Errno 27] File too large: '{OWN}'\n",
           lines=0, then=[absent(OWN), no_strangers, pyc("t/__pycache__/b.{tag}.pyc", "timestamp", data=PLAIN)]),
    on="all", shell="ulimit -f 4")
DEEP = "x = " + "-" * 2900 + "a\n"
own("stack", "-q t", {"t/a.py": DEEP}, expect(out="", lines=0, then=[pyc(OWN, "timestamp", data=DEEP)]), on="all",
    since=(3, 12), shell="ulimit -S -s 192")
own("stderr-lost", "-q t", {"t/a.py": "x is 1\n" * 9, "t/b.py": BAD}, expect(status=1, lines=0), on="all",
    shell="exec 2>/dev/full")

# One pyc for several levels: the highest stays, and linking it to itself is no fault.
own("links-legacy", "-b -o 0 -o 1 --hardlink-dupes t", {"t/a.py": PLAIN},
    expect(out=COMPILES, lines=0, then=[pyc("t/a.pyc", "timestamp", data=PLAIN)]), on="all")
own("links-legacy-differs", "-b -o 0 -o 2 --hardlink-dupes t", {"t/a.py": FULL},
    expect(out=COMPILES, lines=0, then=[pyc("t/a.pyc", "timestamp")]))
own("links-level-0-twice", "-o -1 -o 0 --hardlink-dupes t", {"t/a.py": PLAIN},
    expect(out=COMPILES, lines=0, then=[pyc(OWN, "timestamp", data=PLAIN)]))

# Any number of workers prints what one does.
MANY = {f"t/d{i // 5}/m{i}.py": (BAD if i % 7 == 3 else f"x = {i}\n" * (500 if i % 5 == 0 else 1)) for i in range(40)}
case("own-order-j4", "-j4 t", MANY, wanted="t", on="all")
case("own-order-j0", "-j0 t", MANY, wanted="t")
case("own-order-files", ["-j2"] + sorted(MANY) + ["t"], MANY, wanted=sorted(MANY) + ["t"])
case("own-order-list", "-j3 -i -", dict(MANY, **TREE), wanted="-i -",
     stdin="".join(f"{name}\n" for name in sorted(MANY)[::-1]) + "nosuch\nt\n")
case("own-order-mixed", "-j2 t/p t t/bad.py none", MIXED, wanted="t/p t t/bad.py none")
case("own-order-qj", "-qj4 t", MANY, wanted="-q t")


# Help, and other ways to name the interpreter.
def helps(got, _):
    words = ("-l -r -f -q -b -d -s -p -x -i -j -o -e --invalidation-mode --hardlink-dupes --python --strict-compat "
             "--workers").split()
    return [f"--help lacks {word}" for word in words if word.encode() not in got.out]


own("help", "--help", {"t": ""}, expect(lines=0, then=[helps]), on="one")
own("help-short", "-h", {"t": ""}, expect(lines=0, then=[helps]), on="one")
own("python-missing", "--python /nonexistent/python3 t", {"t/a.py": PLAIN}, lambda got, _:
    [] if got.status in (1, 2) and got.err.count(b"\n") == 1 else [f"status {got.status}, stderr {shown(got.err)}"],
    on="one")
