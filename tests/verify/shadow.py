# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every combination of what can be called k in a directory, judged by the importer itself.

shadow.py    $T is where to work, $PYCSYNC the program; runs in the CPython that the pycs are of

A pyc outside of __pycache__ is a shadow where Python takes it and something that is no pyc can be
imported without it only; it is unused where Python does not take it.  Asked are importlib's FileFinder
for a tree and a tar, and zipimport for a zip.
"""

import importlib.machinery as machinery
import itertools
import json
import os
import py_compile
import subprocess
import sys
import tarfile
import zipfile
import zipimport

T, PYCSYNC = os.environ["T"], os.environ["PYCSYNC"]
SITE = "usr/lib/python3/dist-packages"
SUFFIX = machinery.EXTENSION_SUFFIXES[0]
LOADERS = ((machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
           (machinery.SourceFileLoader, machinery.SOURCE_SUFFIXES),
           (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES))
PARTS = ("k.py", "k.pyc", f"k{SUFFIX}", "k.cpython-38-x86_64-linux-gnu.so", "k/__init__.py",
         "k/__init__.pyc", f"k/__init__{SUFFIX}", "k/sub.py", "k/deep/sub.py", "k/data.txt")
LEGACY = ("k.pyc", "k/__init__.pyc")


def combinations():
    for chosen in itertools.product((False, True), repeat=len(PARTS)):
        parts = [part for part, there in zip(PARTS, chosen) if there]
        if any(pyc in parts for pyc in LEGACY):
            yield parts


def spec_of(where, name):
    return machinery.FileFinder(where, *LOADERS).find_spec(name)


def reached(where, name="k"):
    """The files that can be imported by that name and those below."""
    spec = spec_of(where, name)
    if spec is None:
        return set()
    files = {spec.origin} if spec.has_location else set()
    for place in spec.submodule_search_locations or ():
        for sub in ("sub", "deep"):
            files |= reached(place, sub)
    return files


def by_python(where, pyc):
    path = f"{where}/{pyc}"
    before = reached(where)
    if path not in before:
        return "legacy-unused"
    os.rename(path, f"{T}/aside")
    hidden = {file for file in reached(where) - before if not file.endswith(".pyc")}
    os.rename(f"{T}/aside", path)
    return "legacy-shadow" if hidden else "sourceless"


def by_zipimport(name, parts, pyc):
    """What zipimport takes with the pycs in the archive, and without."""
    def taken(members):
        with zipfile.ZipFile(f"{T}/one.zip", "w") as archive:
            for directory in {part[:i] for part in members for i in range(len(part)) if part[i] == "/"}:
                archive.write(f"{T}/t/{SITE}/{name}/{directory}", directory)
            for part in members:
                archive.write(f"{T}/t/{SITE}/{name}/{part}", part)
        zipimport._zip_directory_cache.clear()
        importer = zipimport.zipimporter(f"{T}/one.zip")
        if importer.find_spec("k") is None:
            return None
        spec = importer.find_spec("k")
        return importer.get_filename("k") if spec.loader else "namespace"
    with_pyc, without = taken(parts), taken([part for part in parts if part not in LEGACY])
    if with_pyc != f"{T}/one.zip/{pyc}":
        return "legacy-unused"
    sources = any(part.startswith("k/") and part.endswith(".py") for part in parts)
    hidden = without and not without.endswith(".pyc") and (without != "namespace" or sources and pyc == "k.pyc")
    return "legacy-shadow" if hidden else "sourceless"


def by_pycsync(*arguments):
    done = subprocess.run([PYCSYNC, "verify", "--json", "-v", *arguments], stdout=subprocess.PIPE, check=False)
    found = {}
    for line in done.stdout.splitlines()[:-1]:
        one = json.loads(line)
        if one["finding"] in ("legacy-shadow", "legacy-unused", "sourceless"):
            found[one["path"].removeprefix(f"/{SITE}/")] = one["finding"]
        elif one["finding"] != "missing":
            sys.exit(f"not seeded: {one}")
    return found


def compare(what, expected, found):
    wrong = sorted(path for path in expected.keys() | found.keys() if expected.get(path) != found.get(path))
    for path in wrong[:20]:
        there = " ".join(sorted(os.path.relpath(os.path.join(where, name), f"{T}/t/{SITE}/{path.split('/')[0]}")
                                for where, _, names in os.walk(f"{T}/t/{SITE}/{path.split('/')[0]}")
                                for name in names))
        print(f"{what}: {path}: found {found.get(path)}, expected {expected.get(path)}; there: {there}")
    if wrong or not expected:
        sys.exit(1)
    print(f"{what}: {len(expected)} pycs")


def main():
    os.makedirs(f"{T}/t/{SITE}")
    with open(f"{T}/source.py", "w", encoding="utf-8") as file:
        file.write("x = 1\n")
    os.utime(f"{T}/source.py", (1_600_000_000, 1_600_000_000))
    py_compile.compile(f"{T}/source.py", f"{T}/source.pyc", doraise=True)
    os.utime(f"{T}/source.pyc", (1_600_000_000, 1_600_000_000))
    expected, in_zip = {}, {}
    for i, parts in enumerate(combinations()):
        where = f"{T}/t/{SITE}/c{i:04}"
        for part in parts:
            os.makedirs(os.path.dirname(f"{where}/{part}"), exist_ok=True)
            os.link(f"{T}/source{'.pyc' if part.endswith('.pyc') else '.py'}", f"{where}/{part}")
        for pyc in set(LEGACY) & set(parts):
            expected[f"c{i:04}/{pyc}"] = by_python(where, pyc)
            if not any(part.endswith(".so") for part in parts):
                in_zip[f"c{i:04}/{pyc}"] = by_zipimport(f"c{i:04}", parts, pyc)
    compare("tree", expected, by_pycsync("--root", f"{T}/t", f"/{SITE}"))
    with tarfile.open(f"{T}/t.tar", "w", dereference=True) as archive:
        archive.add(f"{T}/t/usr", "usr")
    compare("tar", expected, by_pycsync(f"{T}/t.tar"))
    with zipfile.ZipFile(f"{T}/t.zip", "w") as archive:
        for where in sorted({path.split("/")[0] for path in in_zip}):
            for at, _, names in os.walk(f"{T}/t/{SITE}/{where}"):
                for name in names:
                    archive.write(f"{at}/{name}", os.path.relpath(f"{at}/{name}", f"{T}/t"))
    compare("zip", in_zip, by_pycsync(f"{T}/t.zip"))
    os.rename(f"{T}/t.zip", f"{T}/t-1-py3-none-any.whl")
    found = by_pycsync(f"{T}/t-1-py3-none-any.whl")
    compare("wheel", {path: expected[path] for path in in_zip}, found)


main()
