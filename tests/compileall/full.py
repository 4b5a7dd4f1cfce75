# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whole trees: the standard library, its deliberately broken files included, and dist-packages.

Each is copied twice, to the same path; compileall and pycsync compile one each, with one set of
options after the other.
"""

import os
import shutil
import subprocess
import time

import lab

SETS = {
    "default": ([], {}),
    "levels": (["-o", "0", "-o", "1", "-o", "2"], {}),
    "checked": (["--invalidation-mode", "checked-hash"], {}),
    "unchecked": (["--invalidation-mode", "unchecked-hash"], {}),
    "strip": (["-s", "{T}", "-p", "/"], {}),
    "legacy": (["-b"], {}),
    "links": (["-o", "0", "-o", "1", "-o", "2", "--hardlink-dupes"], {}),
    "epoch": ([], {"SOURCE_DATE_EPOCH": "1600000000"}),
}
DIST = "/usr/lib/python3/dist-packages"
SYSTEM = os.environ.get("PYCSYNC_PYTHON") or "/usr/bin/python3.11"
CPUS = len(os.sched_getaffinity(0))
FEW = 6     # pycs of a small tree may differ in single bits as well
SUSPECTS = ("bad", "broken", "lib2to3/tests/data", "encoded_modules")


def library(python):
    """Where the interpreter's standard library is."""
    return next(entry for entry in python.path_dirs
                if os.path.exists(os.path.join(entry, "os.py")))


def sources(top, limit):
    """Paths of *.py below top, relative; with a limit, all the odd ones first, then evenly."""
    found = []
    for where, dirs, names in os.walk(top):
        dirs[:] = sorted(set(dirs) - {"__pycache__", "site-packages", "dist-packages"})
        found += [os.path.relpath(os.path.join(where, name), top)
                  for name in sorted(names) if name.endswith(".py")]
    if limit is None or len(found) <= limit:
        return found
    odd = [name for name in found if any(word in name for word in SUSPECTS)][:limit // 2]
    rest = [name for name in found if name not in set(odd)]
    count = max(1, limit - len(odd))
    return odd + [rest[i * len(rest) // count] for i in range(count)]


def copy(origin, names, to):
    for name in names:
        target = os.path.join(to, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy2(os.path.join(origin, name), target)


def shown_names(names):
    return " ".join(lab.shown(name) for name in names[:10])


# compileall's bytes are a matter of luck without these: the order of sets, and the company of names
# that a .pth of site-packages loads.
SETTLED = {"PYTHONHASHSEED": "0", "SETUPTOOLS_USE_DISTUTILS": "stdlib"}


def workers(python):
    """Before 3.11 the bytes depend on what a process has compiled before; one has no choice there."""
    return f"-j{CPUS if python.version >= (3, 11) else 1}"


def side(programs, origin, names, root, options, extra):
    """Programs, one after the other, on a fresh copy; (Side, seconds)."""
    copy(origin, names, os.path.join(root, "t"))
    env = {"PATH": "/usr/bin:/bin", "HOME": root, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    env.update({name: os.environ[name] for name in lab.PASSED_ON if name in os.environ})
    env.update(SETTLED, **extra)
    # Absolute, so that stripping has something to strip.
    words = ["-q"] + [word.replace("{T}", root) for word in options] + [os.path.join(root, "t")]
    start = time.monotonic()
    done = [subprocess.run(program + words, cwd=root, env=env, check=False, stdin=subprocess.DEVNULL,
                           capture_output=True) for program in programs]
    seconds = time.monotonic() - start
    # Several workers print in any order; several runs, the same errors.
    out = b"".join(sorted({line for run in done for line in run.stdout.splitlines(keepends=True)}))
    err = b"".join(run.stderr for run in done)
    return lab.Side([(max(run.returncode for run in done), out, err)], root, {}), seconds


def compileall(python, options):
    """Command lines, and the options for them: 3.8 knows one level at a time."""
    module = ["-m", "compileall", workers(python)]
    if python.version >= (3, 9) or "-o" not in options:
        return [[python.path, *module]], options
    return [[python.path, *level, *module] for level in ([], ["-O"], ["-OO"])], []


def one(top, binary, python, origin, names, chosen, tally):
    """The faults of one tree with one set of options, and the two times."""
    options, extra = SETS[chosen]
    root = os.path.join(top, "w")
    sides = []
    ours = [[binary, "compile", "--python", python.path, workers(python)]]
    for moved, (programs, words) in (("wanted", compileall(python, options)), ("got", (ours, options))):
        os.mkdir(root)
        done, seconds = side(programs, origin, names, root, words, extra)
        os.rename(root, os.path.join(top, moved))
        done.root = os.fsencode(os.path.join(top, moved))
        sides.append((done, seconds))
    faults = lab.compare(sides[0][0], sides[1][0], python, tally)
    for moved in ("wanted", "got"):
        shutil.rmtree(os.path.join(top, moved))
    return faults, sides[0][1], sides[1][1]


def run(top, binary, pythons, limit, tally, chosen=()):
    """Every tree with every set (or the chosen ones); the counts."""
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for python in pythons:
        trees = [("stdlib", library(python))]
        if python.path == SYSTEM and os.path.isdir(DIST):
            trees.append(("dist-packages", DIST))
        for label, origin in trees:
            names = sources(origin, limit)
            for name in chosen or SETS:
                mine = lab.Tally()
                faults, theirs, ours = one(top, binary, python, origin, names, name, mine)
                if len(mine.equal) > mine.identical // 100 + FEW:
                    faults.append(f"too few are identical: {shown_names(mine.equal)}")
                tally.add(mine.identical, mine.equal)
                count["failed" if faults else "passed"] += 1
                print(f"{'failed' if faults else 'passed'}: {label} of {python.release}, {name}: "
                      f"{len(names)} files, {mine}; {theirs:.1f} s and {ours:.1f} s", flush=True)
                if mine.equal:
                    print(f"\tequal in code: {shown_names(mine.equal)}")
                for fault in faults[:50]:
                    print(f"\t{fault}", flush=True)
    return count
