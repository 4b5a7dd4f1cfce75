# SPDX-License-Identifier: LGPL-2.1-or-later
"""Caches that are there already; modes and times."""

from lab import Dir, Fifo, File, Hard, Link, Pyc
from table import ASSERT, BAD, DOC, FULL, PLAIN, case

OWN = "t/__pycache__/a.{tag}.pyc"
OPT1 = "t/__pycache__/a.{tag}.opt-1.pyc"
OPT2 = "t/__pycache__/a.{tag}.opt-2.pyc"


def with_pyc(node, **more):
    return dict({"t/a.py": FULL, OWN: node}, **more)


def pycs(name, args, tree, **more):
    """As it is where both agree; see cases_own.py for the rest."""
    case("pyc-" + name, args, tree, **more)


pycs("fresh", "t", with_pyc(Pyc("t/a.py")), on="all")
pycs("fresh-q", "-q t", with_pyc(Pyc("t/a.py")))
pycs("fresh-forced", "-f t", with_pyc(Pyc("t/a.py")))
pycs("fresh-file", "t/a.py", with_pyc(Pyc("t/a.py")))
pycs("fresh-broken-source", "t", {"t/a.py": BAD, OWN: Pyc("t/a.py")})
pycs("stale", "t", with_pyc(Pyc("t/a.py", spoilt="stale")), on="all")
pycs("stale-broken-source", "t", {"t/a.py": BAD, OWN: Pyc("t/a.py", spoilt="stale")})
pycs("magic", "t", with_pyc(Pyc("t/a.py", spoilt="magic")))
pycs("empty", "t", with_pyc(""))
pycs("cut-4", "t", with_pyc(Pyc("t/a.py", cut=4)))
pycs("cut-11", "t", with_pyc(Pyc("t/a.py", cut=11)))
pycs("garbage", "t", with_pyc(b"\xff" * 100))
pycs("checked-stale", "t", with_pyc(Pyc("t/a.py", "checked", "stale")))
pycs("checked-stale-asked", "--invalidation-mode checked-hash t", with_pyc(Pyc("t/a.py", "checked", "stale")))
pycs("checked-forced", "-f --invalidation-mode checked-hash t", with_pyc(Pyc("t/a.py", "checked")))
pycs("checked-default", "t", with_pyc(Pyc("t/a.py", "checked")))
pycs("unchecked-default", "t", with_pyc(Pyc("t/a.py", "unchecked")))
pycs("link", "t", with_pyc(Link("../../x"), x="x"))
pycs("link-q", "-q t", with_pyc(Link("../../x"), x="x"))
pycs("link-qq", "-qq t", with_pyc(Link("../../x"), x="x"))
pycs("link-dangling", "t", with_pyc(Link("../../x")))
pycs("link-to-fresh", "t", with_pyc(Link("../../x.pyc"), **{"x.pyc": Pyc("t/a.py")}))
pycs("link-broken-source", "t", {"t/a.py": BAD, OWN: Link("x")})
pycs("dir", "t", with_pyc(Dir()))
pycs("dir-b", "-b t", {"t/a.py": FULL, "t/a.pyc/x.py": PLAIN})
pycs("fifo-levels", "-f -o 1 t", {"t/a.py": FULL, OPT1: Fifo()})
pycs("link-of-level", "-o0 -o1 -o2 t", {"t/a.py": FULL, OPT1: Link("x")})
pycs("link-of-level-hardlinks", "-o0 -o1 -o2 --hardlink-dupes t", {"t/a.py": PLAIN, OPT1: Link("x")})
pycs("dir-of-level", "-o0 -o1 -o2 t", {"t/a.py": PLAIN, OPT2: Dir()})
pycs("read-only", "t", with_pyc(Pyc("t/a.py", spoilt="stale", mode=0o444)))
pycs("read-only-user", "t", with_pyc(Pyc("t/a.py", spoilt="stale", mode=0o444)), user=65534, on="one")
pycs("unreadable-user", "t", with_pyc(Pyc("t/a.py", mode=0)), user=65534, on="one")
pycs("odd-mode", "t", with_pyc(Pyc("t/a.py", spoilt="stale", mode=0o777)))
pycs("hard-linked", "t", with_pyc(Pyc("t/a.py", spoilt="stale"), **{"x.pyc": Hard(OWN)}))
pycs("hard-linked-fresh", "t", with_pyc(Pyc("t/a.py"), **{"x.pyc": Hard(OWN)}))
pycs("one-level-stale", "-o0 -o1 t", {"t/a.py": FULL, OWN: Pyc("t/a.py"), OPT1: Pyc("t/a.py", spoilt="stale")})
pycs("levels-fresh", "-o0 -o1 -o2 t", {"t/a.py": FULL, OWN: Pyc("t/a.py"), OPT1: Pyc("t/a.py"),
                                        OPT2: Pyc("t/a.py")})
pycs("other-level-left", "-o1 t", {"t/a.py": FULL, OWN: Pyc("t/a.py", spoilt="stale")})
pycs("level-3-fresh", "-o3 t", {"t/a.py": FULL, "t/__pycache__/a.{tag}.opt-3.pyc": Pyc("t/a.py")})
pycs("legacy-left", "t", {"t/a.py": FULL, "t/a.pyc": Pyc("t/a.py")})
pycs("legacy-fresh", "-b t", {"t/a.py": FULL, "t/a.pyc": Pyc("t/a.py")})
pycs("legacy-stale", "-b t", {"t/a.py": FULL, "t/a.pyc": Pyc("t/a.py", spoilt="stale")})
pycs("legacy-link", "-b t", {"t/a.py": FULL, "t/a.pyc": Link("x")})
pycs("strangers-left", "t", {"t/a.py": FULL, "t/__pycache__/a.cpython-27.pyc": "x", "t/__pycache__/z": "",
                             "t/__pycache__/gone.{tag}.pyc": "x", "t/__pycache__/a.{tag}.pyc.123": "x"})
pycs("recorded-path-kept", "-d /other t", with_pyc(Pyc("t/a.py")))

# Times: the header has int() of a double, and 32 bits of it.
TIMES = {"minus-5": -5 * 10**9, "minus-1.5": -1_500_000_000, "minus-0.5": -500_000_000, "0": 0, "half": 500_000_000,
         "2-31": 2**31 * 10**9, "2-32": 2**32 * 10**9, "2-32+5": (2**32 + 5) * 10**9, "2-32-1": (2**32 - 1) * 10**9,
         "rounds-up": 1_699_999_999_999_999_999, "nearly": 1_699_999_999_999_999_000,
         "below-0": -1, "big-rounds": 10_000_000_000_999_999_999}
for name, time in TIMES.items():
    case(f"mtime-{name}", None, {"t/a.py": File(PLAIN, mtime=time)}, steps=["t", "t"], extra=True)
case("mtimes", None, {f"t/{name}.py": File(PLAIN, mtime=time) for name, time in TIMES.items()},
     steps=["t", "t"], on="all")
case("mtime-link", "t", {"t/a.py": Link("../o.py"), "o.py": File(PLAIN, mtime=5 * 10**9)})
case("size-0", "t", {"t/a.py": ""}, on="all")

# Modes.
MODES = {f"t/m{mode:o}.py": File(PLAIN, mode=mode)
         for mode in (0o755, 0o600, 0o444, 0o400, 0o666, 0o4755, 0o777, 0o640, 0o000)}
for umask in (0o022, 0o077, 0o000):
    case(f"modes-umask-{umask:03o}", "t", MODES, umask=umask)
case("umask-027-levels", "-o0 -o1 --hardlink-dupes t", {"t/a.py": File(PLAIN, mode=0o664)}, umask=0o027)
case("umask-777", "t/a.py", {"t/a.py": PLAIN, "t/__pycache__": Dir()}, umask=0o777)
case("setgid-dir", "t", {"t": Dir(0o2775), "t/a.py": PLAIN, "t/p/b.py": PLAIN})
case("mode-link", "t", {"t/a.py": Link("../o.py"), "o.py": File(PLAIN, mode=0o600)})

# The same, told to be compatible: what cases_own.py shows to be different is as in compileall.
for name, args, tree in [
        ("size", "t", with_pyc(Pyc("t/a.py", spoilt="size"))),
        ("cut-12", "t", with_pyc(Pyc("t/a.py", cut=12))),
        ("cut-16", "t", with_pyc(Pyc("t/a.py", cut=16))),
        ("checked-wanted", "--invalidation-mode checked-hash t", with_pyc(Pyc("t/a.py"))),
        ("unchecked-wanted", "--invalidation-mode unchecked-hash t", with_pyc(Pyc("t/a.py"))),
        ("checked-fresh", "--invalidation-mode checked-hash t", with_pyc(Pyc("t/a.py", "checked"))),
        ("unchecked-fresh", "--invalidation-mode unchecked-hash t", with_pyc(Pyc("t/a.py", "unchecked"))),
        ("unchecked-to-checked", "--invalidation-mode checked-hash t", with_pyc(Pyc("t/a.py", "unchecked"))),
        ("timestamp-wanted", "--invalidation-mode timestamp t", with_pyc(Pyc("t/a.py", "checked"))),
        ("fresh", "t", with_pyc(Pyc("t/a.py"))),
        ("stale", "t", with_pyc(Pyc("t/a.py", spoilt="stale"))),
        ("levels", "-o0 -o1 --invalidation-mode checked-hash t",
         {"t/a.py": FULL, OWN: Pyc("t/a.py", "checked"), OPT1: Pyc("t/a.py", "checked")}),
        ("links", "-o0 -o1 -o2 --hardlink-dupes t", {"t/a.py": DOC, "t/b.py": ASSERT})]:
    case("strict-" + name, args, tree, strict=True, on="all" if name == "size" else "one")
case("strict-epoch-timestamp", "t", with_pyc(Pyc("t/a.py")), strict=True, env={"SOURCE_DATE_EPOCH": "1"})
case("strict-epoch-twice", None, {"t/a.py": FULL}, steps=["t", "t"], strict=True, env={"SOURCE_DATE_EPOCH": "1"})
case("strict-plain-header-flags", "t", with_pyc(Pyc("t/a.py", "unchecked", "stale")), strict=True)
