# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what the roots have recorded, and prints the times; see run.

usage: table.py DIRECTORY
"""

import os
import sys

STEPS = ["install", "reinstall", "upgrade", "remove", "purge"]


def read(where, name):
    path = os.path.join(where, name)
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return file.read().splitlines()


def times(where, kind):
    found = {}
    for line in read(where, kind + ".times") or []:
        name, status, wall, user, system = line.split()
        found[name] = int(status), float(wall), float(user) + float(system)
    return found


def differences(where, step):
    for suffix in "", ".state":
        one, other = (read(where, f"{kind}.{step}{suffix}") for kind in ("debian", "pycsync"))
        if one is None or other is None:
            yield "nothing was recorded"
            continue
        one, other = set(one), set(other)
        yield from (f"debian only:  {line}" for line in sorted(one - other))
        yield from (f"pycsync only: {line}" for line in sorted(other - one))


def main():
    where = sys.argv[1]
    failed = 0
    for line in read(where, "failed") or []:
        print("FAILED:", line)
        failed += 1
    none, debian, pycsync = (times(where, kind) for kind in ("none", "debian", "pycsync"))
    print(f"{'':14} {'caches':>6} {'apt, processor time':>25}   {'byte-compiling':>24}   {'byte-compiling, clock':>22}")
    print(f"{'':14} {'':6} {'none':>7} {'debian':>8} {'pycsync':>8}   {'debian':>8} {'pycsync':>8} {'ratio':>6}   "
          f"{'debian':>8} {'pycsync':>8}")
    for step in STEPS:
        if not all(step in each for each in (none, debian, pycsync)):
            print(f"FAILED: {step}: not all came to it")
            failed += 1
            continue
        told = list(differences(where, step))
        bad = told or debian[step][0] or pycsync[step][0]
        failed += bool(bad)
        cost, ours = (each[step][2] - none[step][2] for each in (debian, pycsync))
        wall, our_wall = (each[step][1] - none[step][1] for each in (debian, pycsync))
        caches = len(read(where, f"pycsync.{step}") or [])
        print(f"{step:14} {caches:6} {none[step][2]:7.1f} {debian[step][2]:8.1f} {pycsync[step][2]:8.1f}   "
              f"{cost:8.1f} {ours:8.1f} {ours / cost if cost > 0 else 0:6.2f}   {wall:8.1f} {our_wall:8.1f}")
        if bad:
            print(f"FAILED: {step}: status {debian[step][0]} and {pycsync[step][0]}, {len(told)} differences")
            for line in told[:20]:
                print("   ", line)
    for line in read(where, "idle") or []:
        if line.strip():
            kind, package, _, user, system = line.split()
            print(f"py3compile -p {package}, nothing to do, {kind}: {100 * (float(user) + float(system)):.1f} ms")
    print(f"debian: {len(STEPS)} steps, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
