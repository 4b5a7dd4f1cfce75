# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs Debian's py3compile and py3clean, and ours, with the same arguments over the same tree, and
compares the caches on the disk afterwards, header and code, and the exit status.

usage: debpy.py DIRECTORY COMMAND=ORIGINAL=OURS...

DIRECTORY/r is the tree; DIRECTORY/kept keeps it as it was.  Each line of standard input is a case:
a command and its arguments, in which @ is the tree.  Words before the command that have a "=" are
for the environment; "made" as the first word has all caches made before, by the original, "touched"
also has two sources changed then.  "worse" says that only the exit status need be the same: there
the original stops at the first source that does not compile.
"""

import os
import shlex
import shutil
import subprocess
import sys


def snapshot(top):
    """The caches, with their bytes."""
    found = {}
    for directory, _, names in os.walk(top):
        for name in names:
            if name.endswith((".pyc", ".pyo")):
                path = os.path.join(directory, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, top)] = file.read()
    return found


TELL = """
import marshal, sys
def tell(code):
    return [(name, [tell(c) if hasattr(c, "co_code") else sorted(map(repr, c)) if isinstance(c, frozenset) else repr(c)
              for c in code.co_consts]
             if name == "co_consts" else repr(getattr(code, name)))
            for name in dir(code) if name.startswith("co_") and name not in ("co_lines", "co_positions")]
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        file.seek(16)
        print(tell(marshal.load(file)))
"""


def same_code(where, name, one, other):
    """Whether two caches differ in no more than which objects marshal has shared."""
    if one[:16] != other[:16]:
        return False
    paths = os.path.join(where, "one"), os.path.join(where, "other")
    for path, data in zip(paths, (one, other)):
        with open(path, "wb") as file:
            file.write(data)
    minor = name.rsplit(".cpython-3", 1)[1].split(".")[0]
    told = subprocess.run([f"/usr/bin/python3.{minor}", "-I", "-c", TELL, *paths], check=True,
                          stdout=subprocess.PIPE).stdout.splitlines()
    return len(told) == 2 and told[0] == told[1]


def reset(where, words):
    tree, kept, made = (os.path.join(where, name) for name in ("r", "kept", "kept-made"))
    with_caches = "made" in words or "touched" in words
    shutil.rmtree(tree)
    subprocess.run(["cp", "-a", made if with_caches and os.path.exists(made) else kept, tree], check=True)
    if with_caches and not os.path.exists(made):
        for python in filter(os.path.exists, ("/usr/bin/python3.9", "/usr/bin/python3.11")):
            subprocess.run([python, "-m", "compileall", "-q", tree], check=False,
                           stdout=subprocess.DEVNULL)
        subprocess.run(["cp", "-a", tree, made], check=True)
    for name in snapshot(tree): # caches are written after their sources
        path = os.path.join(tree, name)
        os.utime(path, ns=(os.stat(path).st_atime_ns, os.stat(path).st_mtime_ns))
    if "touched" in words:
        for name in "usr/lib/python3/dist-packages/pub/a.py", "usr/share/priv/p.py":
            with open(os.path.join(tree, name), "a") as file:
                file.write("more = 1\n")
            os.utime(os.path.join(tree, name), (1700000000, 1700000000))


def run(where, line, program):
    words = shlex.split(line.replace("@", os.path.join(where, "r")))
    flags, environment = set(), dict(os.environ)
    while words[0] in ("made", "touched", "worse") or "=" in words[0]:
        word = words.pop(0)
        if "=" in word:
            environment.update([word.split("=", 1)])
        else:
            flags.add(word)
    reset(where, flags)
    done = subprocess.run([program[words[0]], *words[1:]], env=environment, cwd=where, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, snapshot(os.path.join(where, "r")), done.stdout, flags


def main():
    where, pairs = sys.argv[1], [pair.split("=") for pair in sys.argv[2:]]
    original = {pair[0]: pair[1] for pair in pairs}
    ours = {pair[0]: pair[2] for pair in pairs}
    failed = cases = 0
    for line in filter(str.strip, sys.stdin):
        cases += 1
        status, caches, said, flags = run(where, line, original)
        our_status, our_caches, we_said, _ = run(where, line, ours)
        less = sorted(set(caches) - set(our_caches))
        more = [] if "worse" in flags else sorted(set(our_caches) - set(caches))
        other = sorted(name for name in set(caches) & set(our_caches)
                       if caches[name] != our_caches[name] and
                       not same_code(where, name, caches[name], our_caches[name]))
        if status == our_status and not less and not more and not other:
            continue
        failed += 1
        print(f"FAILED: {line.strip()}\n  status {status} and {our_status}; missing {less}, "
              f"too many {more}, other bytes {other}")
        for text in said, we_said:
            print("  |", text.decode(errors="replace").strip().replace("\n", "\n  | ")[-1500:])
    print(f"{cases} cases, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
