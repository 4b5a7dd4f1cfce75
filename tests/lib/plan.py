# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks the JSON lines of a run and prints what cases ask for.

plan.py list FILE PREFIX    "action path interpreter level" of each action, sorted; path without PREFIX/
plan.py reasons FILE PREFIX the same with the pyc and the reason
plan.py total FILE KEY      that number of the summary
"""

import json
import re
import sys

ACTIONS = {"compile", "restamp", "remove", "rmdir", "leave", "rewrite"}
KEYS = {"action", "path", "pyc", "interpreter", "level", "reason", "from", "extra", "ok", "error"}
TOTALS = {"compiled", "stored", "restamped", "removed", "fresh", "failed"}


def load(name):
    """The list of actions and the summary, after insisting on their form."""
    with open(name, encoding="utf-8", newline="\n") as file:
        lines = file.read().split("\n")
    assert lines.pop() == "", "the last line does not end"
    objects = [json.loads(line) for line in lines]
    assert objects and list(objects[-1]) == ["summary"], "the last object is no summary"
    summary = objects.pop()["summary"]
    assert TOTALS <= summary.keys(), f"summary lacks {TOTALS - summary.keys()}"
    assert all(isinstance(summary[key], int) for key in TOTALS), summary
    for action in objects:
        assert action.get("action") in ACTIONS, action
        assert isinstance(action["path"], str) and isinstance(action["reason"], str), action
        assert action["path"].startswith("/") and action["reason"], action
        if action["action"] in ("compile", "restamp", "remove"):
            assert KEYS <= action.keys(), f"{action} lacks {KEYS - action.keys()}"
            assert re.search(r"\.pyc(\.\d+)?$", action["pyc"]), action  # the importer's temporaries, too
            assert isinstance(action["ok"], bool) or action["ok"] is None, action
    return objects, summary


def listed(action, prefix, more):
    path = action["path"].removeprefix(prefix + "/")
    words = [action["action"], path, str(action.get("interpreter")), str(action.get("level"))]
    return " ".join(words + [str(action.get(key)) for key in more])


def main(command, name, argument):
    objects, summary = load(name)
    if command == "total":
        print(summary[argument])
        return
    more = ["pyc", "reason"] if command == "reasons" else []
    for line in sorted(listed(action, argument, more) for action in objects):
        print(line.encode("ascii", "backslashreplace").decode())


main(*sys.argv[1:])
