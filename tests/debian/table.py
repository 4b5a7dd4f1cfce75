# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what the roots have recorded, and prints the times; see run.

usage: table.py DIRECTORY MARKDOWN
"""

import os
import platform
import sys

STEPS = {
    "install": "installation",
    "reinstall": "the same once more, `--reinstall`",
    "upgrade": "an upgrade; one in twenty sources changed, one a package came and one went",
    "one": "one package once more, beside the others",
    "remove": "removal",
    "purge": "purge",
}
# What pycsync may take of Debian's byte-compiling time, and of its processor time.
LIMITS = {"upgrade": 1 / 3, "idle": 1 / 10}


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


class Table:
    def __init__(self, where):
        self.where, self.failed, self.steps, self.rows, self.idle = where, 0, 0, [], []

    def fail(self, text):
        print("FAILED:", text)
        self.failed += 1

    def add_step(self, step, none, debian, pycsync):
        self.steps += 1
        if not all(step in each for each in (none, debian, pycsync)):
            self.fail(f"{step}: not all came to it")
            return
        told = list(differences(self.where, step))
        cost, ours = (each[step][2] - none[step][2] for each in (debian, pycsync))
        wall, our_wall = (each[step][1] - none[step][1] for each in (debian, pycsync))
        ratio = ours / cost if cost > 0.1 else 0
        caches = len(read(self.where, f"pycsync.{step}") or [])
        self.rows.append([STEPS[step], f"{caches:,}", f"{none[step][2]:.1f}", f"{cost:.1f}", f"{ours:.1f}",
                          f"{ratio:.2f}" if ratio else "", f"{wall:.1f}", f"{our_wall:.1f}"])
        print(f"{step:14} {caches:6} {none[step][2]:7.1f} {debian[step][2]:8.1f} {pycsync[step][2]:8.1f}   "
              f"{cost:8.1f} {ours:8.1f} {ratio:6.2f}   {wall:8.1f} {our_wall:8.1f}")
        if told or debian[step][0] or pycsync[step][0]:
            self.fail(f"{step}: status {debian[step][0]} and {pycsync[step][0]}, {len(told)} differences")
            for line in told[:20]:
                print("   ", line)
        elif ratio > LIMITS.get(step, ratio):
            self.fail(f"{step}: expected at most {LIMITS[step]:.2f} of the processor time, got {ratio:.2f}")

    def add_idle(self):
        found = {}
        for line in filter(str.strip, read(self.where, "idle") or []):
            kind, package, _, user, system = line.split()
            found.setdefault(package, {})[kind] = 100 * (float(user) + float(system))
        for package, cost in sorted(found.items()):
            self.steps += 1
            ours, theirs = cost.get("pycsync"), cost.get("debian")
            ratio = ours / theirs if ours and theirs else 0
            name = "`pycsync trigger dpkg`" if package == "trigger" else f"`py3compile -p {package}`"
            cells = [f"{theirs:.1f}" if theirs else "", f"{ours:.1f}" if ours else "", f"{ratio:.3f}" if ratio else ""]
            self.idle.append([name, *cells])
            print(f"{name}, nothing to do: debian {cells[0] or '-'}, pycsync {cells[1] or '-'} ms")
            if ratio > LIMITS["idle"]:
                self.fail(f"{package}: expected at most {LIMITS['idle']} of the processor time, got {ratio:.3f}")
        if not found:
            self.fail("nothing was measured with nothing to do")

    def markdown(self, packages):
        def line(cells):
            return "| " + " | ".join(cells) + " |\n"
        head = ["step", "pycs afterwards", "apt without", "Debian's", "pycsync's", "ratio", "clock: Debian's", "pycsync's"]
        text = ["# py3compile and pycsync-py3compile\n\nMade by `tests/debian/run -w`, on one machine, once.\n",
                f"\n{packages} packages of Debian 12 in the hands of apt; Linux {platform.release().split('-')[0]}, "
                f"{os.cpu_count()} processors. After each step both have left the same pycs with the same code.\n"
                "\nSeconds of processor time: of apt where `py3compile` and `py3clean` do nothing, and how much more it "
                "takes with either pair, pycsync's trigger included; then the same by the clock.\n\n",
                line(head), line(["---"] * len(head)), *map(line, self.rows),
                "\nMilliseconds of processor time of one call where there is nothing to do:\n\n",
                line(["call", "Debian's", "pycsync's", "ratio"]), line(["---"] * 4), *map(line, self.idle)]
        return "".join(text)


def main():
    where, out = sys.argv[1:]
    table = Table(where)
    for line in read(where, "failed") or []:
        table.fail(line)
    table.steps += 1
    runs = [times(where, kind) for kind in ("none", "debian", "pycsync")]
    print(f"{'':14} {'caches':>6} {'apt, processor time':>25}   {'byte-compiling':>24}   {'byte-compiling, clock':>22}")
    print(f"{'':14} {'':6} {'none':>7} {'debian':>8} {'pycsync':>8}   {'debian':>8} {'pycsync':>8} {'ratio':>6}   "
          f"{'debian':>8} {'pycsync':>8}")
    for step in STEPS:
        table.add_step(step, *runs)
    table.add_idle()
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "packages")) as file:
        packages = sum(not line.startswith("#") for line in file)
    with open(out, "w") as file:
        file.write(table.markdown(packages))
    print(f"debian: {table.steps} steps, {table.failed} failed")
    sys.exit(table.failed != 0)


if __name__ == "__main__":
    main()
