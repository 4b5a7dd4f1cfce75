# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scene of the faults: a /var/lib with trees, package lists and pycsync's state, and what is run on it.

A lane is a process with mounts of its own. It builds the scene once; each run gets it anew as an overlay,
in which inodes and ctimes are those of the scene, so that the record of what was made holds.
"""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "lib"))
import pyccheck  # noqa: E402

VERSION = "{}.{}".format(*sys.version_info)
TAG = sys.implementation.cache_tag
GONE = "3.13" if VERSION != "3.13" else "3.12"
TOP = "/var/lib"
STATE = "pycsync"
POLICY, SOFT_POLICY = TOP + "/policy.yaml", TOP + "/soft.yaml"
LIMIT = 20  # seconds; no run of the scene takes one
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 4096, 16384, 1 << 18, 2
PR_SET_CHILD_SUBREAPER = 36
OLD = 1_600_000_000

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *args):
    if getattr(libc, function)(*args) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def mount(source, target, kind=b"none", flags=0, data=None):
    call("mount", os.fsencode(source), os.fsencode(target), kind, flags, data and os.fsencode(data))


class Command:
    """What is run, and what is known of it beforehand."""

    def __init__(self, name, *argv, text=None, soft=False, reads=False, rpm=False, policy=POLICY):
        self.name, self.text, self.rpm = name, text, rpm
        self.soft = soft  # status 0 is promised to a manager; a message is not
        self.reads = reads  # changes nothing, and its output is its work
        self.argv, self.policy = [*argv], policy
        if "--canonicalize-only" not in argv:
            self.argv += ["--policy", policy] + ([] if argv[0] == "clean" else ["-j1"])


def listed(*names, slash=""):
    return "".join(f"{slash}var/lib/{name}\n" for name in names)


FILES = ("t/fresh.py", "t/stale.py", "t/older.py", "t/missing.py", "t/gone.py", "t/foreign.py", "t/lost.py",
         "t/sub/deep.py", "t/only/alone.py", "t/pkg/owned.py", "t/moved.py", "bad/bad.py", "bad/remembered.py", "bad/good.py")

COMMANDS = {command.name: command for command in (
    Command("sync", "sync"),
    Command("sync-soft", "sync", policy=SOFT_POLICY),
    Command("clean", "clean"),
    Command("clean-made", "clean", "--made"),
    Command("stage", "stage", "--hardlink-dupes", TOP + "/dest"),
    Command("canonicalize", "stage", "--canonicalize-only", TOP + "/dest"),
    Command("verify", "verify", reads=True),
    Command("verify-right", "verify", TOP + "/right", reads=True),
    Command("alpm-pre", "trigger", "alpm-pre", text=listed(*FILES), soft=True, policy=SOFT_POLICY),
    Command("alpm-post", "trigger", "alpm-post", text=listed(*FILES), soft=True, policy=SOFT_POLICY),
    Command("rpm-in", "trigger", "rpm-in", text=listed(*FILES, slash="/"), soft=True, policy=SOFT_POLICY,
            rpm=True),
    Command("rpm-postun", "trigger", "rpm-postun", text=listed(*FILES, "t/only", slash="/"), soft=True,
            policy=SOFT_POLICY, rpm=True),
    Command("dpkg", "trigger", "dpkg", soft=True, policy=SOFT_POLICY),
)}
# Those that make all of the trees right, and look at what a killed run left.
COMPLETE = ("sync", "sync-soft", "alpm-post", "rpm-in", "rpm-postun", "dpkg")
# Those that only remove: what a kill left of them is finished by the next of the former.
MARKING = ("clean", "clean-made", "alpm-pre")


def other(policy):
    """A later transaction that has nothing to do with the first, nor with interpreters that came or went."""
    return Command("other", "trigger", "rpm-in", "--python", VERSION, text="/nowhere/x.py\n", soft=True,
                   policy=policy)


# One that goes by all of the state.
OTHER = Command("other", "trigger", "rpm-in", text="/nowhere/x.py\n", soft=True, policy=SOFT_POLICY)


def source(path, text, mtime=OLD):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.utime(path, (mtime, mtime))


def cache(path, tag=TAG, level=""):
    name = os.path.basename(path)[:-3] + "." + tag + (f".opt-{level}" if level else "") + ".pyc"
    return os.path.join(os.path.dirname(path), "__pycache__", name)


def by_python(path, level=0, recorded=None):
    """A pyc as Python itself writes it."""
    with open(path, "rb") as file:
        text = file.read()
    code = compile(text, recorded or path, "exec", dont_inherit=True, optimize=level)
    data = pyccheck.header(text, os.stat(path), "timestamp") + pyccheck.marshal.dumps(code)
    put(cache(path, level=level or ""), data)


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


BODY = '"""Module."""\nimport os\nX = %d\ndef f(a):\n    """Doc."""\n    assert a, "none"\n    return a in {"x", "y"}\n'


def wait_for_orphans():
    """A process that a killed run was about to start has that run's locks until it begins."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.002)
        except ChildProcessError:
            return


class Lane:
    """Where one process makes its runs."""

    def __init__(self, work, program):
        self.work = work
        call("unshare", CLONE_NEWNS)
        call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        mount("none", "/", flags=MS_REC | MS_PRIVATE)
        mount("faults", work, b"tmpfs")
        os.chmod(work, 0o755)
        for name in ("run", "local", "scene", "bin"):
            os.mkdir(f"{work}/{name}")
        for name in (program, program + "-worker"):
            shutil.copy(name, work + "/bin")
        mount(work + "/run", "/run", flags=MS_BIND)
        mount(work + "/local", "/usr/local/bin", flags=MS_BIND)
        for place in "/root/.rpmdb", "/usr/lib/sysimage":  # where rpm may have a database of the system
            if os.path.isdir(place):
                mount("none", place, b"tmpfs")
        self.program = work + "/bin/pycsync"
        mount(work + "/scene", TOP, flags=MS_BIND)
        self.build()
        call("umount2", os.fsencode(TOP), MNT_DETACH)
        self.mounted = False

    # --- the scene

    def build(self):
        os.mkdir(f"{TOP}/{STATE}")
        self.policies()
        self.sources()
        # Another interpreter is there, and noted; later it is gone.
        shutil.copy("/bin/true", "/usr/local/bin/python" + GONE)
        self.must(Command("", "sync", policy=SOFT_POLICY), 1)
        os.unlink("/usr/local/bin/python" + GONE)
        time.sleep(0.02)  # what follows is younger
        self.changes()
        self.packages()
        self.unfinished()

    def policies(self):
        for path, trees in (POLICY, "t"), (SOFT_POLICY, "t bad"):
            trees = "".join(f"  - {{path: {TOP}/{name}, optimize: [0, 1]}}\n" for name in trees.split())
            put(path, f"version: 1\ninterpreters: [{VERSION}]\ntrees:\n{trees}".encode())

    def sources(self):
        for number, name in enumerate(("fresh", "stale", "older", "gone")):
            source(f"{TOP}/t/{name}.py", BODY % number)
        source(TOP + "/t/only/alone.py", "x = 1\n")
        source(TOP + "/bad/bad.py", "x = 1\n")
        source(TOP + "/t/moved.py", BODY % 5)
        source(TOP + "/bad/remembered.py", "y = = 1\n")

    def changes(self):
        source(TOP + "/t/stale.py", BODY % 7)  # with the old size and time
        os.utime(TOP + "/t/moved.py", (OLD + 2, OLD + 2))  # what it has is known by content
        source(TOP + "/t/older.py", BODY % 8, OLD + 1)
        source(TOP + "/bad/bad.py", "x = = 1\n")
        source(TOP + "/bad/good.py", "x = 1\n")
        for name in ("missing", "foreign", "lost", "sub/deep"):
            source(f"{TOP}/t/{name}.py", BODY % 9)
        for name, levels in ("foreign", (0, 1)), ("lost", (0, 2)):
            for level in levels:
                by_python(f"{TOP}/t/{name}.py", level)
        for name in ("gone", "only/alone", "lost"):
            os.unlink(f"{TOP}/t/{name}.py")
        # Of an interpreter that went, and of others that nobody knows to have gone.
        for number in sorted({"313", "312", "317", "303", "333", "310", "314"} - {VERSION.replace(".", "")}):
            shutil.copy(cache(TOP + "/t/fresh.py"), cache(TOP + "/t/fresh.py", "cpython-" + number))
        for name in ("notes.txt", ".pycsync-0123456789abcdef.tmp"):
            put(f"{TOP}/t/__pycache__/{name}", b"text\n")
        put(TOP + "/t/data.txt", b"x = 1\n")
        os.symlink("data.txt", TOP + "/t/link.py")
        for name in "r1", "r2":
            source(f"{TOP}/right/{name}.py", BODY % 1)
            by_python(f"{TOP}/right/{name}.py")
        self.staged()

    def staged(self):
        site = f"{TOP}/dest/usr/lib/python{VERSION}/dist-packages/"
        for name in "a", "b", "sub/c", "left":
            source(f"{site}{name}.py", BODY % 3 if name != "b" else "b = 1\n")
            if name != "b":
                by_python(f"{site}{name}.py")  # which records the staging root
        os.unlink(site + "left.py")

    def packages(self):
        """A dpkg that owns bytecode, one of it stale and one without a source."""
        source(TOP + "/t/pkg/owned.py", "x = 1\n")
        for name in "owned", "left":
            shutil.copy(cache(TOP + "/t/foreign.py"), TOP + "/t/pkg/x")
            put(cache(f"{TOP}/t/pkg/{name}.py"), open(TOP + "/t/pkg/x", "rb").read())
        os.unlink(TOP + "/t/pkg/x")
        paths = ["/.", "/var", TOP, TOP + "/t", TOP + "/t/pkg", TOP + "/t/pkg/__pycache__"]
        paths += [f"{TOP}/{name}" for name in FILES]
        paths += [cache(f"{TOP}/t/pkg/{name}.py") for name in ("owned", "left")]
        put(TOP + "/dpkg/info/one.list", "".join(path + "\n" for path in paths).encode())
        put(TOP + "/dpkg/info/format", b"1\n")
        put(TOP + "/dpkg/status", b"Package: one\nStatus: install ok installed\nArchitecture: all\n\n")
        os.mkdir(TOP + "/dpkg/updates")
        if shutil.which("rpm"):
            subprocess.run(["rpm", "--initdb", "--dbpath", TOP + "/unused-rpm"], check=True)

    def unfinished(self):
        """The mark of a run that was killed, with orphans whose names are one bit away."""
        source(TOP + "/out/m.py", "x = 1\n")
        for name in "leiqM-":
            source(f"{TOP}/out/{name}.py", "x = 1\n")
            by_python(f"{TOP}/out/{name}.py")
            os.unlink(f"{TOP}/out/{name}.py")
        self.run(Command("", "sync", TOP + "/out/m.py"),
                 ["strace", "-o", "/dev/null", "-e", "inject=renameat:signal=KILL:when=2"])
        marks = [name for name in os.listdir(f"{TOP}/{STATE}") if name.startswith("unfinished-")]
        if len(marks) != 1:
            sys.exit(f"the scene has {len(marks)} marks of killed runs instead of one")

    def must(self, command, status):
        got = self.run(command)
        if got[0] != status:
            sys.exit(f"the scene cannot be built: {command.argv}: {got}")

    # --- runs

    def settle(self):
        """A second scene over the first: all is done, but for what the state alone tells of."""
        self.fresh(OTHER)
        shutil.copytree(f"{TOP}/{STATE}", self.work + "/state")
        self.must(Command("", "sync", policy=SOFT_POLICY), 1)
        for name in os.listdir(self.work + "/state"):
            if name != "memory":
                shutil.copy(f"{self.work}/state/{name}", f"{TOP}/{STATE}")
        shutil.copy(cache(TOP + "/t/fresh.py"), cache(TOP + "/t/fresh.py", "cpython-" + GONE.replace(".", "")))
        os.unlink(cache(TOP + "/out/m.py"))
        self.unmount()
        os.rename(self.work + "/upper", self.work + "/settled")

    def fresh(self, command, settled=False):
        """The scene as it was built, for the next run."""
        self.clear()
        for name in "upper", "under":
            os.mkdir(f"{self.work}/{name}")
        lower = f"{self.work}/settled:" * settled + f"{self.work}/scene"
        mount("faults", TOP, b"overlay", 0, f"lowerdir={lower},upperdir={self.work}/upper,"
              f"workdir={self.work}/under")
        self.mounted = True
        if command.rpm and os.path.isdir(TOP + "/unused-rpm"):
            subprocess.run(["mv", TOP + "/unused-rpm", TOP + "/rpm"], check=True)

    def unmount(self):
        if self.mounted:
            call("umount2", os.fsencode(TOP), MNT_DETACH)
        self.mounted = False

    def clear(self):
        self.unmount()
        for name in "upper", "under", "run/pycsync":
            shutil.rmtree(f"{self.work}/{name}", ignore_errors=True)

    def run(self, command, prefix=(), env=()):
        """(status, stdout, stderr); a status of None is a run that did not end."""
        with open(self.work + "/in", "w+b") as text:
            text.write((command.text or "").encode())
            text.seek(0)
            with subprocess.Popen([*prefix, self.program, *command.argv], stdin=text, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, cwd="/", start_new_session=True,
                                  env={"PATH": "/usr/bin:/bin", **dict(env)}) as process:
                try:
                    out, err = process.communicate(timeout=LIMIT)
                    if process.returncode == -signal.SIGKILL:
                        wait_for_orphans()
                    return process.returncode, out.decode(), err.decode()
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    return None, "", "did not end"
