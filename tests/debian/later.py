# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes later versions of packages: some of their sources change, one is gone, one is new.

usage: later.py LIST FROM TO
"""

import os
import re
import shutil
import subprocess
import sys

SUFFIX = "+later"
CHANGED = 20  # one of so many sources


def sources(top):
    found = []
    for directory, _, names in os.walk(top):
        found += [os.path.join(directory, name) for name in names if name.endswith(".py")]
    return sorted(path for path in found if os.path.isfile(path) and not os.path.islink(path))


def change(top):
    files = sources(top)
    for path in files[::CHANGED]:
        with open(path, "ab") as file:
            file.write(b"\n_later = 1\n")
    plain = [path for path in files[1:] if not path.endswith("__init__.py")]
    if len(plain) > 5:
        os.unlink(plain[-1])
    if plain:
        with open(os.path.join(os.path.dirname(plain[0]), "later_and_new.py"), "w") as file:
            file.write("value = 'new'\n")


def rebuild(deb, to, versions):
    top = os.path.join(to, "work")
    shutil.rmtree(top, ignore_errors=True)
    subprocess.run(["dpkg-deb", "-R", deb, top], check=True)
    change(top)
    control = os.path.join(top, "DEBIAN/control")
    with open(control) as file:
        text = file.read()
    text = re.sub(r"^(Version: .*)$", r"\1" + SUFFIX, text, flags=re.M)
    for name, version in versions.items():
        text = re.sub(rf"(\b{re.escape(name)}(?::\w+)? \(= {re.escape(version)})\)", rf"\1{SUFFIX})", text)
    with open(control, "w") as file:
        file.write(text)
    sums = os.path.join(top, "DEBIAN/md5sums")
    if os.path.exists(sums):
        os.unlink(sums)
    subprocess.run(["dpkg-deb", "-Znone", "--root-owner-group", "-b", top,
                    os.path.join(to, os.path.basename(deb))], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(top)


def main():
    with open(sys.argv[1]) as file:
        wanted = {line.strip() for line in file if not line.startswith("#")}
    debs, versions = {}, {}
    for name in sorted(os.listdir(sys.argv[2])):
        if not name.endswith(".deb"):
            continue
        path = os.path.join(sys.argv[2], name)
        package, version = subprocess.run(["dpkg-deb", "--show", "--showformat", "${Package} ${Version}", path],
                                          check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        if package in wanted:
            debs[package], versions[package] = path, version
    missing = wanted - set(debs)
    if missing:
        sys.exit(f"not downloaded: {missing}")
    os.makedirs(sys.argv[3])
    for path in debs.values():
        rebuild(path, sys.argv[3], versions)


if __name__ == "__main__":
    main()
