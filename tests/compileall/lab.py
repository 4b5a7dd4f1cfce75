# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds trees, runs compileall and pycsync on equal ones, and compares what they leave behind."""

import difflib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build/pycsync")
PASSED_ON = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
MTIME = 1_600_000_000 * 10**9
NOBODY = 65534
TIMEOUT = 60
FLAGS = {"timestamp": 0, "checked": 3, "unchecked": 1}


# --- what a tree is made of: a dict from paths to these, or to str or bytes for plain files -------

class File:
    def __init__(self, data=b"", mode=0o644, mtime=MTIME):
        self.data, self.mode, self.mtime = data, mode, mtime


class Dir:
    def __init__(self, mode=0o755):
        self.mode = mode


class Link:
    def __init__(self, target):
        self.target = target


class Hard:
    def __init__(self, target):
        self.target = target


class Fifo:
    pass


class Pyc:
    """A cache with a header for the source at this path and the code of a marker, so that it shows
    whether it was replaced. Spoilt as asked for: "stale", "size", "magic", or cut at a length."""

    def __init__(self, source, kind="timestamp", spoilt=None, cut=None, mode=0o644):
        self.source, self.kind, self.spoilt, self.cut, self.mode = source, kind, spoilt, cut, mode


class Python:
    """An interpreter, and the process in it that compares code."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()
        env = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            [path, "-W", "ignore", os.path.join(HERE, "peer.py")], env=env, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, encoding="utf-8")
        facts = self.ask(op="facts")
        self.version, self.tag, self.path_dirs = tuple(facts["version"]), facts["tag"], facts["path"]
        self.magic, self.release = bytes.fromhex(facts["magic"]), facts["release"]
        self.marker = bytes.fromhex(self.ask(op="code", source="MARKER = 1", name="marker.py"))
        self.ready = None

    def ask(self, **request):
        with self.lock:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def source_hash(self, data):
        return bytes.fromhex(self.ask(op="hash", source=data.hex()))

    def prepared(self, top):
        """A cache prefix that is full for the interpreter's own sys.path, made once."""
        with self.lock:
            if self.ready is None:
                self.ready = os.path.join(top, f"prefix-{self.release}-{id(self)}")
                for entry in self.path_dirs:
                    cache = os.path.join(entry, "__pycache__")
                    os.makedirs(self.ready + entry, exist_ok=True)
                    for name in os.listdir(cache) if os.path.isdir(cache) else ():
                        shutil.copy2(os.path.join(cache, name), self.ready + entry)
                empty = os.path.join(self.ready, "empty")
                os.mkdir(empty)
                subprocess.run([self.path, "-m", "compileall", "-qq"], cwd=empty, check=False,
                               env={"PATH": "/usr/bin:/bin", "PYTHONPYCACHEPREFIX": self.ready,
                                    "HOME": empty, "LC_ALL": "C.UTF-8"})
            return self.ready


def as_bytes(data):
    return data.encode() if isinstance(data, str) else data


class Place:
    """A directory where both trees of one case stand, one after the other."""

    def __init__(self, top, case, python):
        self.base = tempfile.mkdtemp(prefix=f"{case.name}.", dir=top)
        os.chmod(self.base, 0o755)
        self.root = os.path.join(self.base, "w")
        self.top, self.case, self.python = top, case, python

    def fill(self, text):
        if isinstance(text, bytes):
            return text.replace(b"{T}", os.fsencode(self.root))
        return text.replace("{T}", self.root).replace("{tag}", self.python.tag)

    def build(self):
        os.mkdir(self.root)
        os.chmod(self.root, 0o755)
        tree = self.case.tree(self) if callable(self.case.tree) else self.case.tree
        paths = {name: os.path.join(os.fsencode(self.root), os.fsencode(self.fill(name)))
                 for name in tree}
        for name, node in tree.items():
            path = paths[name]
            if isinstance(node, Dir):
                os.makedirs(path, exist_ok=True)
                continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self.make(path, node, tree)
        if self.case.user is not None and os.getuid() == 0:
            for where, dirs, files in os.walk(self.root):
                for entry in [where] + [os.path.join(where, name) for name in dirs + files]:
                    os.chown(entry, self.case.user, self.case.user, follow_symlinks=False)
        for name, node in reversed(tree.items()):
            if isinstance(node, Dir):
                os.chmod(paths[name], node.mode)

    def make(self, path, node, tree):
        if isinstance(node, Link):
            os.symlink(os.fsencode(self.fill(node.target)), path)
        elif isinstance(node, Hard):
            os.link(os.path.join(os.fsencode(self.root), os.fsencode(self.fill(node.target))), path)
        elif isinstance(node, Fifo):
            os.mkfifo(path)
        elif isinstance(node, Pyc):
            self.write(path, self.pyc(node, tree[node.source]), node.mode, MTIME)
        elif isinstance(node, File):
            self.write(path, as_bytes(node.data), node.mode, node.mtime)
        else:
            self.write(path, as_bytes(node), 0o644, MTIME)

    @staticmethod
    def write(path, data, mode, mtime):
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, mode)
        os.utime(path, ns=(mtime, mtime))

    def pyc(self, node, source):
        source = source if isinstance(source, File) else File(source)
        return self.pyc_for(as_bytes(source.data), source.mtime, node)

    def pyc_for(self, data, mtime, node):
        if node.kind == "timestamp":
            seconds = mtime // 10**9 + (node.spoilt == "stale")
            size = len(data) + (node.spoilt == "size")
            fields = b"".join((n & 0xFFFFFFFF).to_bytes(4, "little") for n in (seconds, size))
        else:
            fields = self.python.source_hash(data + b"#" * (node.spoilt == "stale"))
        magic = b"\x55\x0d\r\n" if node.spoilt == "magic" else self.python.magic
        whole = magic + FLAGS[node.kind].to_bytes(4, "little") + fields + self.python.marker
        return whole[:node.cut]

    def environment(self):
        env = {"PATH": "/usr/bin:/bin", "HOME": self.root, "LC_ALL": "C.UTF-8",
               "PYTHONDONTWRITEBYTECODE": "1"}
        env.update({name: os.environ[name] for name in PASSED_ON if name in os.environ})
        for name, value in self.case.env.items():
            env.pop(name, None)
            if value is not None:
                env[name] = self.fill(value)
        return env

    def run(self, command):
        case = self.case
        if case.shell:
            command = ["/bin/sh", "-c", case.shell + '; exec "$@"', "sh"] + command
        more = {}
        if case.user is not None and os.getuid() == 0:
            more = {"user": case.user, "group": case.user, "extra_groups": []}
        process = subprocess.Popen(
            command, cwd=os.path.join(self.root, case.cwd), env=self.environment(),
            stdin=subprocess.PIPE if case.stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            umask=case.umask, **more)
        stdin = None if case.stdin is None else as_bytes(self.fill(case.stdin))
        try:
            out, err = process.communicate(stdin, timeout=TIMEOUT)
            return process.returncode, out, err
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            return "killed after a minute", out, err

    def side(self, program, steps):
        """Runs the steps on a fresh tree, which is then moved out of the way."""
        self.build()
        done, before = [], {}
        for step in steps:
            if callable(step):
                step(self)
                continue
            before = identities(self.root)
            args = step.split() if isinstance(step, str) else step
            done.append(self.run(program + [self.fill(arg) for arg in args]))
        side = Side(done, self.root, before)
        moved = os.path.join(self.base, "wanted" if not os.path.exists(
            os.path.join(self.base, "wanted")) else "got")
        os.rename(self.root, moved)
        side.root = os.fsencode(moved)
        return side

    def remove(self):
        for where, dirs, _ in os.walk(self.base):
            for name in dirs:
                path = os.path.join(where, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        shutil.rmtree(self.base, ignore_errors=True)


def walk(root):
    """Every path below root, relative, with its lstat; opens up closed directories on the way."""
    stack = [b""]
    while stack:
        name = stack.pop()
        path = os.path.join(os.fsencode(root), name)
        info = os.lstat(path)
        yield name, info
        if stat.S_ISDIR(info.st_mode):
            try:
                names = os.listdir(path)
            except PermissionError:
                os.chmod(path, 0o700)
                names = os.listdir(path)
            stack.extend(os.path.join(name, entry) for entry in names)


def identities(root):
    """path -> what changes when a file is replaced or written."""
    return {name: (info.st_ino, info.st_mtime_ns) for name, info in quiet_walk(root)
            if not stat.S_ISDIR(info.st_mode)}


def quiet_walk(root):
    """Like walk(), but leaves the modes alone."""
    for where, dirs, names in os.walk(os.fsencode(root)):
        for name in dirs + names:
            path = os.path.join(where, name)
            yield os.path.relpath(path, os.fsencode(root)), os.lstat(path)


class Side:
    """What one of the two programs did: .steps are (status, stdout, stderr)."""

    def __init__(self, steps, root, before):
        self.steps = steps
        self.entries = dict(walk(root))
        after = identities(root)
        self.touched = {name for name in before.keys() & after.keys() if before[name] != after[name]}
        self.groups = {}
        for name, info in self.entries.items():
            if stat.S_ISREG(info.st_mode) and info.st_nlink > 1:
                self.groups.setdefault(info.st_ino, set()).add(name)
        self.root = os.fsencode(root)

    @property
    def status(self):
        return self.steps[-1][0]

    @property
    def out(self):
        return self.steps[-1][1]

    @property
    def err(self):
        return self.steps[-1][2]

    def read(self, name):
        with open(os.path.join(self.root, os.fsencode(name)), "rb") as file:
            return file.read()


class Tally:
    """How many bodies were the same bytes, and which were only the same code."""

    def __init__(self):
        self.identical, self.equal = 0, []
        self.lock = threading.Lock()

    def add(self, identical, equal):
        with self.lock:
            self.identical += identical
            self.equal += equal

    def __str__(self):
        total = self.identical + len(self.equal)
        return (f"{self.identical} identical ({100 * self.identical / max(1, total):.2f} %), "
                f"{len(self.equal)} equal in code")


def shown(data, limit=400):
    text = data.decode("utf-8", "backslashreplace") if isinstance(data, bytes) else str(data)
    return ascii(text)[1:-1][:limit].replace("\\n", "\n\t\t")


def compare(wanted, got, python, tally, exact=False):
    """A list of faults: in what got differs from wanted; if exact, in every bit."""
    faults = []
    for number, (one, other) in enumerate(zip(wanted.steps, got.steps), 1):
        prefix = f"run {number}: " if len(wanted.steps) > 1 else ""
        faults += [prefix + fault for fault in compare_step(one, other)]
    faults += compare_names(wanted, got)
    if wanted.touched != got.touched:
        for name in sorted(wanted.touched ^ got.touched):
            faults.append(f"{shown(name)}: " + (
                "should have been replaced" if name in wanted.touched else "should have been left"))
    mine = Tally()
    faults += compare_pycs(wanted, got, python, mine)
    tally.add(mine.identical, mine.equal)
    return (faults + compare_links(wanted, got, mine.equal)
            + [f"{shown(name)}: equal in code, but not the same bytes" for name in mine.equal if exact])


def compare_links(wanted, got, equal):
    """Pycs that are only equal in code may be like those of other levels in one and not in the other."""
    groups = [{tuple(sorted(group - set(equal))) for group in side.groups.values()}
              for side in (wanted, got)]
    return [f"hard links: {whose} has {shown(group)}" for whose, one, other in
            (("wanted", *groups), ("got", *groups[::-1])) for group in sorted(one - other) if len(group) > 1]


def compare_step(wanted, got):
    status, out, err = wanted
    faults = sanitizers(got[2])
    if status != got[0]:
        faults.append(f"status: wanted {status}, got {got[0]}; stderr: {shown(got[2], 1000)}")
    if without_numbers(out) != without_numbers(got[1]):
        faults.append("stdout: " + differing(out, got[1]))
    if status == 2 or b"Traceback" in err:
        if not got[2]:
            faults.append("nothing on stderr")
    elif set(err.splitlines()) != set(got[2].splitlines()):
        faults.append("stderr: " + differing(err, got[2]))
    return faults


def without_numbers(out):
    """Temporary files have names of their own: CPython's end in the address of an object. And CPython
    3.14 says how much of the stack was in use when it gave up."""
    return re.sub(rb"\(used \d+ kB\)", b"(used)", re.sub(rb"\.pyc\.\d+\b", b".pyc", out))


def differing(wanted, got):
    lines = [shown(text, 100_000).split("\n\t\t") for text in (wanted, got)]
    diff = list(difflib.unified_diff(*lines, "wanted", "got", lineterm="", n=1))
    return "\n\t\t".join(line[:160] for line in diff[:60])


def sanitizers(err):
    if b"Sanitizer" in err or b"runtime error:" in err:
        return [f"a sanitizer spoke: {shown(err, 4000)}"]
    return []


def compare_names(wanted, got):
    faults = []
    for name in sorted(wanted.entries.keys() | got.entries.keys()):
        one, other = wanted.entries.get(name), got.entries.get(name)
        if one is None or other is None:
            faults.append(f"{shown(name)}: " + ("extra" if one is None else "missing"))
        elif one.st_mode != other.st_mode:
            faults.append(f"{shown(name)}: mode {one.st_mode:o} wanted, {other.st_mode:o} got")
        elif (one.st_uid, one.st_gid) != (other.st_uid, other.st_gid):
            faults.append(f"{shown(name)}: owner {one.st_uid} wanted, {other.st_uid} got")
        elif stat.S_ISLNK(one.st_mode):
            if os.readlink(os.path.join(wanted.root, name)) != os.readlink(
                    os.path.join(got.root, name)):
                faults.append(f"{shown(name)}: another target")
    return faults


def compare_pycs(wanted, got, python, tally):
    faults, names, pairs, identical = [], [], [], 0
    for name in sorted(wanted.entries.keys() & got.entries.keys()):
        if not all(stat.S_ISREG(side.entries[name].st_mode) for side in (wanted, got)):
            continue
        one, other = wanted.read(name), got.read(name)
        if one == other:
            identical += name.endswith(b".pyc")
        elif not name.endswith(b".pyc"):
            faults.append(f"{shown(name)}: content differs")
        elif one[:16] != other[:16]:
            faults.append(f"{shown(name)}: header {one[:16].hex()} wanted, {other[:16].hex()} got")
        else:
            names.append(name)
            pairs.append([os.fsdecode(os.path.join(side.root, name)) for side in (wanted, got)])
    verdicts = python.ask(op="bodies", pairs=pairs) if pairs else []
    faults += [f"{shown(name)}: wanted {verdict}" for name, verdict in zip(names, verdicts) if verdict]
    tally.add(identical, [name for name, verdict in zip(names, verdicts) if not verdict])
    return faults
