# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints command lines of py3compile and py3clean, of all kinds that callers have or might have, for debpy.py.

usage: debargs.py COUNT SEED VERSIONS ARCH

VERSIONS has two names of versions, "3.9,3.11", which may be the same.  Left out is only what pycsync-py3compile(8)
tells as a difference: sources that do not compile ("worse" says so), and "py3clean a.py" beside "a.b.py".
"""

import random
import shlex
import sys

SITE = "@/usr/lib/python3/dist-packages"
PATHS = ["@/usr/share/priv", "@/usr/share/priv/", "@/usr/share/priv/p.py", "@/usr/share/priv/link.py",
         "@/usr/share/priv/linked", "@/usr/share/priv/linked/s.py", "@/usr/share/priv-more", "@/usr/share/pri",
         "@/usr/share/priv/text.txt", "@/usr/share/none", "@/usr/share/none.py", "@/usr/lib/python3",
         "@/usr/lib/python3.11", "@/usr/lib", SITE + "/pub", SITE + "//pub/.", SITE + "/pub/../pub/re",
         SITE + "/odd name.py", SITE + "/.hidden.py", SITE + "/pub/re", "r/usr/share/priv",
         "./r/usr/lib/python3.11/dist-packages"]
RANGES = ["3.11", "3.11-", "-3.11", "-3.12", "3.9", "3.9-", "3.9-3.11", "3.9-3.12", "3.0-4.0", "3.10-3.11", "3.11-3.11",
          "3.12-3.11", "3.8", "3.99", "3", "", "-", "--", "-3", "3.11.2", "3.11-3", "3.11x", "x3.11", " 3.11", "python3.11",
          "2.7", "2.6-", "-4.0", "3.9,3.11", "3.11-3.12-", "03.11"]
PATTERNS = ["p", "q", "sub", ".*sub", ".*\\.py$", "^p", "un(want|need)ed", "[a-m]", ".*/sub/.*", "", "$", "(", "*", "\\d+", "P",
            "(?i)P", "pub/", "s\\.py", "/", "link", "p|q", "nothing"]


def flags(rng, letters):
    return [word for word in letters if rng.random() < 0.12]


def versions(rng):
    value = rng.choice(RANGES)
    return rng.choice([["-V", value], ["-V" + value]]) if value else ["-V", value]


def patterns(rng):
    value = rng.choice(PATTERNS)
    return rng.choice([["-X", value], ["--exclude=" + value], ["--exclude", value], ["--excl=" + value]])


def package(rng, arch):
    name = rng.choice(["lib"] * 6 + ["lib:" + arch, "bad", "missing", "unknown", "lib*", ""])
    return rng.choice([["-p", name], ["--package", name], ["--package=" + name], ["--pack", name]]), name


def make(rng, names, arch):
    compiles = rng.random() < 0.72
    words, options, worse = [], [], False
    if rng.random() < 0.4:
        words.append("DEBPYTHON3_SUPPORTED=" + rng.choice([names, ",".join(reversed(names.split(","))), "3.8," + names]))
        words.append("DEBPYTHON3_DEFAULT=" + rng.choice(names.split(",")))
    if rng.random() < (0.35 if compiles else 0.9):
        words.append(rng.choice(["made", "touched"]))
    paths = rng.sample(PATHS, rng.choice([0, 1, 1, 1, 2, 3]))
    if rng.random() < 0.7:
        option, name = package(rng, arch)
        options.append(option)
        worse = name == "bad"
    if rng.random() < 0.08:
        paths.append("@/usr/share/bad")
        worse = True
    if compiles:
        options += [[flag] for flag in flags(rng, ["-f", "-q", "-v", "-O", "--force", "--quiet", "-qf", "--verb"])]
        if rng.random() < 0.45:
            options.append(versions(rng))
        options += [patterns(rng) for _ in range(rng.choice([0, 0, 0, 1, 1, 2]) if paths else rng.random() < 0.05)]
    else:
        # A source's path alone also means others there: see the manual.
        paths = [path for path in paths if not path.endswith(".py")]
        options += [[flag] for flag in flags(rng, ["-q", "-v"])]
        if rng.random() < 0.3:
            options.append(["-V", rng.choice(names.split(",") + ["3.8", "3.99", ""])])
    options += [[path] for path in paths]
    rng.shuffle(options)
    if rng.random() < 0.1:
        options.sort(key=lambda option: not option[0].startswith("-"))
        first = next((i for i, option in enumerate(options) if not option[0].startswith("-")), len(options))
        options.insert(first, ["--"])
    if worse:
        words.append("worse")
    words.append("py3compile" if compiles else "py3clean")
    return words + [word for option in options for word in option]


def main():
    count, seed, names, arch = sys.argv[1:]
    rng = random.Random(int(seed))
    for _ in range(int(count)):
        print(" ".join(map(shlex.quote, make(rng, names, arch))).replace("'@'", "@"))


if __name__ == "__main__":
    main()
