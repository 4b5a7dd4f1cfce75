# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a run with a fault left, judged without any help of the program.

What is tolerated, and why:

- A cache that was to be replaced may be missing. It went before a new one was made, or was not made; that is
  told of, and the next run makes it.
- A temporary file stays where its removal failed, or the run was killed. The next run that comes by removes it.
- Status 0 with a message: of triggers, which no manager may fail by, and of 'clean --made' where a policy is
  passed over, as it needs none.
- A pyc that could not be read may be compiled in the place of getting another header: it is right.
- The message about a library that cannot be loaded, and those of librpm, libalpm and Python about their own files,
  need not have the words of the error: there are none to be had. The same of a worker that dies of it.
- The memory is compared by its size only: its rows have times and random bytes in them. It is larger by one row where
  the source that did not compile cannot be read, be it for want of memory: the worker tries it once more, and what it
  says of it is noted again.
- Where a worker fails at one level of a source that does not compile, the line about the source is the one of its
  error; the level is not remembered, and a mark that was to be finished stays.
- An empty directory whose removal failed stays, and that is told of: nothing tells the next run whose it was.
- What a killed run left that only removes ('clean', 'trigger alpm-pre') is finished by the next run that does
  more; so the mark stays until then.
"""

import collections
import os
import re
import signal
import stat
import sys

import scene
from scene import pyccheck

TEMPORARY = re.compile(r"\.pycsync-[0-9a-f]{16}\.tmp")
ROW_MAX = 180  # bytes of the memory
MARK = re.compile(r"unfinished-[0-9a-f]{16}")


def look(top=scene.TOP):
    """All that is there: path -> what must not change, or for a cache may only become the right one."""
    found = {}
    for where, dirs, names in os.walk(top):
        for name in dirs + names:
            path = os.path.join(where, name)
            info = os.lstat(path)
            kind, mode = stat.S_IFMT(info.st_mode), stat.S_IMODE(info.st_mode)
            content, mtime = None, None
            if stat.S_ISREG(kind):
                with open(path, "rb") as file:
                    content = file.read()
                mtime = None if is_cache(path) else info.st_mtime_ns
            elif stat.S_ISLNK(kind):
                content = os.readlink(path)
            found[path[len(top) + 1:]] = (kind, mode, info.st_uid, content, mtime)
    for path in [path for path in found if path.startswith("rpm/")]:
        del found[path]  # librpm writes there whenever it looks
    kept = {path: found.pop(path) for path in list(found) if path.startswith(scene.STATE + "/")}
    memory = kept.get(scene.STATE + "/memory")
    return found, state_of(kept), (memory[3] or b"").count(b"remembered.") if memory else 0


def distinct_size(memory):
    """The size of a memory's bytes, without records that are there before, byte for byte: where a thread that reads
    ahead fails, what was noted until then is noted again. See hook/state/records.c."""
    size, seen = len(memory), set()
    at = int.from_bytes(memory[24:32], sys.byteorder)
    while 32 <= at <= len(memory) - 24:
        end = at + 24 + sum(int.from_bytes(memory[at + n:at + n + 4], sys.byteorder) for n in (16, 20))
        size -= end - at if memory[at:end] in seen else 0
        seen.add(memory[at:end])
        at = end
    return size


def state_of(kept):
    """The names of the state's files, without random digits, and their sizes."""
    names = collections.Counter()
    for path, entry in kept.items():
        name = MARK.sub("unfinished", TEMPORARY.sub("temporary", os.path.basename(path)))
        if name != "lock":
            content = entry[3] or b""
            names[f"{name}: {distinct_size(content) if name == 'memory' else len(content)} bytes"] += 1
    return names


def is_cache(path):
    return "/__pycache__/" in path


def is_temporary(path):
    return is_cache(path) and TEMPORARY.fullmatch(os.path.basename(path)) is not None


def is_right(path, entry):
    """Whether a pyc is what Python itself makes of the source beside it."""
    where, name = os.path.split(os.path.join(scene.TOP, path))
    parts = re.fullmatch(r"(.+)\.(cpython-[^.]+)(?:\.opt-([0-2]))?\.pyc", name)
    if not parts or parts[2] != scene.TAG or not stat.S_ISREG(entry[0]):
        return False
    source = os.path.join(os.path.dirname(where), parts[1] + ".py")
    try:
        with open(source, "rb") as file:
            text = file.read()
        code = pyccheck.unmarshal(entry[3])
        level = int(parts[3] or 0)
        made = compile(text, code.co_filename, "exec", dont_inherit=True, optimize=level)
        return (entry[3][:16] == pyccheck.header(text, os.stat(source), "timestamp") and
                pyccheck.same(code, made) and code.co_filename in (source, source[len(scene.TOP + "/dest"):]))
    except (OSError, ValueError, EOFError, TypeError):
        return False


class Run:
    """What one run said and left."""

    def __init__(self, result):
        self.status, self.out, self.err = result
        self.tree, self.state, self.tried = look()  # tried: how often the outcome of remembered.py was noted


def told(command, run, good):
    """The lines that a run without the fault has not: on stderr, and findings, but for their number."""
    def lines(result):
        findings = result.out.splitlines()[:-1] if command.reads else []
        return collections.Counter(result.err.splitlines() + findings)

    return list((lines(run) - lines(good)).elements())


def told_apart(out, good):
    """The lines that only one of both has."""
    lines, others = out.splitlines(), good.splitlines()
    return [line for line in lines if line not in others], [line for line in others if line not in lines]


def wrongs(before, good, run, leaves_temporaries):
    """What is on the disk and should not be, or is not and should."""
    for path in sorted(set(before) | set(good) | set(run)):
        was, shall, entry = before.get(path), good.get(path), run.get(path)
        if entry in (was, shall):
            continue
        if entry is None:
            emptied = path.endswith("/__pycache__") and not any(is_cache(p) and p.startswith(path) for p in run)
            if not emptied and (not is_cache(path) or was == shall):
                yield f"lost: {path}"
        elif is_temporary(path):
            if not leaves_temporaries:
                yield f"a temporary was left: {path}"
        elif not is_right(path, entry):
            yield f"wrong: {path}"


def judge_right(command, good):
    """Without any fault: what the program calls done is what Python makes."""
    if command.name in scene.COMPLETE:
        for path, entry in good.tree.items():
            if path.startswith("t/") and f".{scene.TAG}." in path and "/pkg/" not in path and not is_right(path, entry):
                yield f"without a fault: wrong: {path}"


def summary(out, may_doubt):
    """The output. A pyc that cannot be read may be compiled in the place of getting another header: it is right then."""
    made = r"(\d+) compiled(?:, (\d+) restamped)?"
    return re.sub(made, lambda m: f"{int(m[1]) + int(m[2] or 0)} made", out) if may_doubt else out


def tried_again(run, good):
    """Whether only the memory differs, by a row about the source that is remembered not to compile."""
    def parts(state):
        return {name for name in state if not name.startswith("memory: ")}, sum(
            int(name.split()[1]) for name in state if name.startswith("memory: "))

    (others, size), (good_others, good_size) = parts(run.state), parts(good.state)
    return others == good_others and run.tried > good.tried and 0 < size - good_size <= ROW_MAX


def judge(command, before, good, run, cause, may_doubt, leaves_temporaries, in_worker=False):
    """The faults of a run in which one call failed: lines. A message names the cause."""
    if run.status is None:
        return ["did not end"]
    faults = list(wrongs(before.tree, good.tree, run.tree, leaves_temporaries))
    lines = told(command, run, good)
    done = run.tree == good.tree
    if run.status not in (0, 1, 2):
        faults.append(f"status {run.status}")
    if "Sanitizer" in run.err:
        faults.append("a sanitizer spoke")
    if not lines:
        if not done:
            faults.append("silent: not all is done")
        elif run.state != good.state and not (in_worker and run.status == 1) and not tried_again(run, good):
            faults.append(f"silent: the state differs: {dict(run.state)} instead of {dict(good.state)}")
        if run.status != good.status:
            faults.append(f"silent: status {run.status} instead of {good.status}")
        if summary(run.out, may_doubt) != summary(good.out, may_doubt):
            faults.append(f"silent: other output: {told_apart(run.out, good.out)}")
    elif not any(cause.search(line) for line in lines):
        faults.append(f"a message without a cause: {lines}")
    passed_over = command.name == "clean-made" and "passed over" in run.err  # as it needs no policy
    if run.status == 0 and not command.soft and not passed_over and (not done or command.reads and run.out != good.out):
        faults.append(f"status 0: not all is done; said {lines}")
    return faults


def judge_killed(before, good, run):
    return list(wrongs(before.tree, good.tree, run.tree, True))


def judge_repair(command, good, first, run):
    """The faults of the run after it: all is as if nothing had been. Only an empty directory that was told of
    may stay, as nothing tells the next run whose it was; and one that a killed run left, until a run that does
    more than to remove comes by: see judge_taken_over()."""
    faults = []
    for path in sorted(set(good.tree) | set(run.tree)):
        if path not in good.tree and stat.S_ISDIR(run.tree[path][0]) and (
                told(command, first, good) or first.status == -signal.SIGKILL and command.name not in scene.COMPLETE):
            continue
        if good.tree.get(path) != run.tree.get(path) and not (
                path in good.tree and path in run.tree and is_right(path, run.tree[path])):
            faults.append(f"not repaired: {path}")
    if run.status != good.status:
        faults.append(f"the next run has status {run.status} instead of {good.status}: {run.err}")
    for name in run.state:
        later = name.startswith("unfinished") and command.name not in scene.COMPLETE  # by the next sync
        if name.startswith(("temporary", "unfinished")) and not good.state[name] and not later:
            faults.append(f"not repaired: state/{name}")
    return faults


def judge_taken_over(command, good, run):
    """The faults of a run that was told of another path, after one was killed: what its mark names is done, and
    no directory stays that was emptied. Of a run that only removes, more is made than it would have left."""
    faults = []
    for path in sorted(set(good.tree) | set(run.tree)):
        if not path.startswith("t/"):
            continue
        entry = run.tree.get(path)
        missed = f".{scene.TAG}." in path and command.name in scene.COMPLETE
        if missed and entry != good.tree.get(path) and not (entry and is_right(path, entry)):
            faults.append(f"not taken over: {path}")
        if entry and stat.S_ISDIR(entry[0]) and path not in good.tree and is_empty(path, run.tree):
            faults.append(f"not taken over: {path} is empty")
    return faults


def is_empty(path, tree):
    return not any(other.startswith(path + "/") for other in tree)


def judge_damaged(before, good, run):
    """The faults of a run that read a damaged state: it changes nothing that it would not otherwise."""
    faults = list(wrongs(before.tree, good.tree, run.tree, False))
    if run.status not in (0, 1):
        faults.append(f"status {run.status}: {run.err}")
    return faults
