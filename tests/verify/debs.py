# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares verify's findings in real packages with a judgement of Python's own: debs.py COUNT FILE...

FILE: .deb packages, of which COUNT that have modules are compared.  Each is looked at as it is; then, as Debian
ships no bytecode, it is unpacked, compiled by compileall as it would be installed, spoilt here and there, and
packed again as a tar.  What verify --deep says must be what this script reads from the very files with marshal,
compile and importlib, and nothing else; it shares no code with pycsync.  $PYCSYNC is the program.
"""

import importlib.util
import json
import marshal
import os
import random
import subprocess
import sys
import tempfile
import types

PYCSYNC = os.environ["PYCSYNC"]
TAG = sys.implementation.cache_tag


def source_of(pyc):
    stem = os.path.basename(pyc).split(f".{TAG}.")[0]
    return f"{os.path.dirname(os.path.dirname(pyc))}/{stem}.py"


def spoil(rng, pyc):
    """One of several faults, or none."""
    with open(pyc, "rb") as file:
        data = bytearray(file.read())
    how = rng.choice(["mtime", "size", "magic", "cut", "head", "byte", "gone", "orphan", "code"])
    if how == "gone":
        return os.unlink(pyc)
    if how == "orphan":
        return os.unlink(source_of(pyc))
    if how in ("mtime", "size", "magic"):
        data[{"mtime": 8, "size": 12, "magic": 0}[how]] ^= 1
    elif how == "code":
        code = marshal.loads(data[16:])
        with open(source_of(pyc), "rb") as file:
            source = file.read()
        data[16:] = marshal.dumps(compile(source + b"\nspoilt = 1\n", code.co_filename, "exec"))
    elif how == "cut":
        del data[-rng.randrange(1, 9):]
    elif how == "head":
        del data[rng.randrange(16):]
    else:
        data[16] = 0
    with open(pyc, "wb") as file:
        file.write(data)
    return None


def names_in(code):
    yield code.co_filename
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from names_in(const)


def judge_pyc(root, pyc, source):
    """What the importer's own rules say of a cache, as codes."""
    if not os.path.isfile(source):
        return {"orphan"}
    with open(pyc, "rb") as file:
        data = file.read()
    if len(data) < 16:
        return {"truncated"}
    info, found = os.stat(source), set()
    if data[:4] != importlib.util.MAGIC_NUMBER:
        return {"wrong-magic"}
    if int.from_bytes(data[8:12], "little") != int(info.st_mtime) & 0xFFFFFFFF:
        found.add("stale-mtime")
    if int.from_bytes(data[12:16], "little") != info.st_size & 0xFFFFFFFF:
        found.add("stale-size")
    try:
        code = marshal.loads(data[16:])
    except EOFError:
        return found | {"broken"}
    except (ValueError, TypeError):
        return found | {"broken"}
    if not isinstance(code, types.CodeType):
        return found | {"broken"}
    if not found: # the importer takes it
        with open(source, "rb") as file:
            if compile(file.read(), code.co_filename, "exec", dont_inherit=True) != code:
                found.add("code-differs")
    if set(names_in(code)) != {"/" + os.path.relpath(source, root)}:
        found.add("path")
    return found


def by_python(root):
    """(code, path) of all that is below; what is compiled at all is asked for every source beside it."""
    found = set()
    for where, _, files in os.walk(root):
        if os.path.basename(where) != "__pycache__":
            continue
        above, living = os.path.dirname(where), False
        for name in files:
            stem = name.removesuffix(f".{TAG}.pyc")
            if stem != name:
                path = f"/{os.path.relpath(where, root)}/{name}"
                codes = judge_pyc(root, f"{where}/{name}", f"{above}/{stem}.py")
                found |= {(code, path) for code in codes}
                living |= "orphan" not in codes
        if not living:
            found.add(("orphan-directory", f"/{os.path.relpath(where, root)}"))
        present = [name.removesuffix(f".{TAG}.pyc") for name in files if name.endswith(f".{TAG}.pyc")]
        for name in os.listdir(above):
            if present and name.endswith(".py") and name != ".py" and name[:-3] not in present and \
                    os.path.isfile(f"{above}/{name}"):
                found.add(("missing", f"/{os.path.relpath(above, root)}/{name}"))
    return found


def by_verify(archive):
    done = subprocess.run([PYCSYNC, "verify", "--deep", "--json", archive], stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{archive}: status {done.returncode}")
    lines = [json.loads(line) for line in done.stdout.splitlines()][:-1]
    # Which of several ways a body is broken in, and a path wrong, is not Python's to tell.
    alike = {"damaged": "broken", "wrong-path": "path", "leaking-path": "path"}
    found = set()
    for line in lines:
        head = line["finding"] == "truncated" and int(line["found"].split()[0]) < 16
        code = alike.get(line["finding"], line["finding"])
        found.add(("broken" if code == "truncated" and not head else code, line["path"]))
    return found


def differences(deb, root, archive):
    """How many there are, and on how many findings there are none."""
    expected, found = by_python(root), by_verify(archive)
    # A directory that the policy manages is asked for every source.
    extra = {one for one in found - expected if one[0] != "missing"}
    for what, ones in (("not found", expected - found), ("not so", extra)):
        for one in sorted(ones):
            print(f"{os.path.basename(deb)}: {what}: {one}")
    return len(expected - found) + len(extra), len(expected & found)


def main():
    rng = random.Random(int(os.environ.get("PYCSYNC_SEED", "1")))
    wrong = packages = faults = 0
    for deb in sys.argv[2:]:
        if packages == int(sys.argv[1]):
            break
        with tempfile.TemporaryDirectory() as scratch:
            root = f"{scratch}/root"
            subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
            wrong += differences(deb, root, deb)[0]
            subprocess.run([sys.executable, "-m", "compileall", "-qq", "-s", root, "-p", "/", root], check=False)
            pycs = [os.path.join(where, name) for where, _, files in os.walk(root) for name in sorted(files)
                    if name.endswith(f".{TAG}.pyc")]
            if not pycs:
                continue
            for pyc in rng.sample(pycs, (len(pycs) + 3) // 4):
                spoil(rng, pyc)
            subprocess.run(["tar", "-C", root, "-cf", f"{scratch}/p.tar", "."], check=True)
            differ, same = differences(deb, root, f"{scratch}/p.tar")
            packages, faults, wrong = packages + 1, faults + same, wrong + differ
    print(f"debs: {packages} packages, {faults} faults agreed on" if not wrong else f"debs: {wrong} differences")
    sys.exit(1 if wrong or not packages else 0)


main()
