# SPDX-License-Identifier: LGPL-2.1-or-later
"""The end that runs in the interpreter under comparison: answers requests, one JSON line each.

{"op": "facts"}                          version, tag, magic number, sys.path
{"op": "code", "source", "name"}         marshal of that source, in hexadecimal
{"op": "hash", "source"}                 the source hash of these bytes (hexadecimal, both ways)
{"op": "search", "pattern", "names"}      the names in which re finds it, null if it refuses
{"op": "bodies", "pairs": [[A, B]...]}   for each two pycs: "" if their code is equal, or what differs

Runs in every Python from 3.8 on.
"""

import importlib.util
import json
import marshal
import os
import re
import sys
import types

PATH = [entry for entry in sys.path[1:] if entry]
DERIVED = ("co_lines", "co_positions", "co_branches", "co_lnotab")


def difference(one, other, where="code"):
    """The first place where two constants or code objects differ, or "" if they are alike."""
    if type(one) is not type(other):
        return f"{where}: {type(one).__name__}, not {type(other).__name__}"
    if isinstance(one, types.CodeType):
        for name in dir(one):
            if name.startswith("co_") and name not in DERIVED:
                place = f"{where}.{name}" if name != "co_consts" else f"{where}:{one.co_name}"
                found = difference(getattr(one, name), getattr(other, name), place)
                if found:
                    return found
        return ""
    if isinstance(one, tuple):
        if len(one) != len(other):
            return f"{where}: {len(one)} items, not {len(other)}"
        found = (difference(a, b, f"{where}[{i}]") for i, (a, b) in enumerate(zip(one, other)))
        return next(filter(None, found), "")
    if isinstance(one, frozenset):
        one, other = sorted(map(ascii, one)), sorted(map(ascii, other))
    if ascii(one) != ascii(other):
        return f"{where}: {ascii(one)[:80]}, not {ascii(other)[:80]}"
    return ""


def load(path):
    with open(path, "rb") as file:
        data = file.read()
    return marshal.loads(data[16:])


def bodies(one, other):
    try:
        wanted = load(one)
    except (ValueError, EOFError, TypeError) as error:
        return f"the wanted pyc does not unmarshal: {error}"
    try:
        return difference(wanted, load(other))
    except (ValueError, EOFError, TypeError) as error:
        return f"does not unmarshal: {error}"


def search(pattern, names):
    try:
        found = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    return [name for name in names if found.search(name)]


def answer(request):
    if request["op"] == "facts":
        return {"version": sys.version_info[:2], "tag": sys.implementation.cache_tag,
                "magic": importlib.util.MAGIC_NUMBER.hex(), "path": PATH, "release": sys.version.split()[0]}
    if request["op"] == "code":
        return marshal.dumps(compile(request["source"], request["name"], "exec")).hex()
    if request["op"] == "hash":
        return importlib.util.source_hash(bytes.fromhex(request["source"])).hex()
    if request["op"] == "search":
        return search(request["pattern"], request["names"])
    return [bodies(os.fsencode(one), os.fsencode(other)) for one, other in request["pairs"]]


def main():
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


main()
