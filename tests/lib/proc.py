# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a command and disturbs it.

proc.py [OPTION]... COMMAND...

--signal NAME     send this signal
--to WHOM         to the command (default) or to its "worker": the descendant that is busy
--after SECONDS   when that time has passed; without it, when a descendant is busy compiling
--times N         do so N times, each time to another worker
--within SECONDS  the command must end so soon after the last signal (or its start)
--gone SECONDS    every descendant must be gone so soon after the command's end (3)
--block, --ignore NAME,...  start the command with these signals blocked or ignored

Exits with the command's status, 128 + n for a signal, or 99 with a message if a promise was broken.
"""

import argparse
import os
import signal
import subprocess
import sys
import time

BUSY = 0.15     # seconds of CPU after which a worker is at work and not just starting
TICK = os.sysconf("SC_CLK_TCK")


def processes():
    """pid -> (parent, start time, seconds of CPU) of all that live; zombies are dead."""
    table = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rsplit(b")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if fields[0] not in (b"Z", b"X"):
            seconds = (int(fields[11]) + int(fields[12])) / TICK
            table[int(name)] = (int(fields[1]), int(fields[19]), seconds)
    return table


def descendants(pid, table):
    found, grew = {pid}, True
    while grew:
        more = {child for child, (parent, _, _) in table.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return {child: table[child] for child in found if child != pid and child in table}


def broken(text):
    print(f"proc.py: {text}", file=sys.stderr)
    return 99


class Watch:
    """The command, and all descendants that it was ever seen to have."""

    def __init__(self, command, block, ignore):
        self.seen = {}

        def prepare():
            for name in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE):
                signal.signal(name, signal.SIG_DFL)
            for name in ignore:
                signal.signal(name, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, block)

        self.process = subprocess.Popen(command, preexec_fn=prepare)

    def look(self):
        """The living descendants; None if the command has ended."""
        if self.process.poll() is not None:
            return None
        now = descendants(self.process.pid, processes())
        self.seen.update((pid, entry[1]) for pid, entry in now.items())
        return now

    def busy_worker(self, but):
        """Waits for a busy descendant that is none of these; None if the command ends first."""
        while (now := self.look()) is not None:
            for pid, (_, _, seconds) in now.items():
                if seconds >= BUSY and pid not in but:
                    return pid
            time.sleep(0.01)
        return None

    def wait(self, seconds):
        """Whether the command ends in time."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while self.look() is not None:
            if deadline is not None and time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def left(self):
        table = processes()
        return [pid for pid, start in self.seen.items() if pid in table and table[pid][1] == start]

    def gone(self, seconds):
        deadline = time.monotonic() + seconds
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.left()

    def kill(self):
        for pid in self.left():
            os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()


def disturb(watch, options):
    """Sends what was asked for; a message if it could not be done."""
    hit = set()
    for _ in range(options.times):
        if options.after is not None:
            time.sleep(options.after)
        else:
            worker = watch.busy_worker(hit)
            if worker is None:
                return f"ended with {watch.process.returncode} before worker {len(hit) + 1} was busy"
            hit.add(worker)
        target = worker if options.to == "worker" else watch.process.pid
        if watch.look() is not None:
            os.kill(target, options.signal)
    return None


def main():
    def number(name):
        return getattr(signal, "SIG" + name)

    def numbers(names):
        return [number(name) for name in names.split(",")]

    parser = argparse.ArgumentParser()
    parser.add_argument("--signal", type=number)
    parser.add_argument("--to", choices=["command", "worker"], default="command")
    parser.add_argument("--after", type=float)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--within", type=float)
    parser.add_argument("--gone", type=float, default=3)
    parser.add_argument("--block", type=numbers, default=[])
    parser.add_argument("--ignore", type=numbers, default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    watch = Watch(options.command, options.block, options.ignore)
    problem = disturb(watch, options) if options.signal else None
    if not problem and not watch.wait(options.within):
        problem = f"still running after {options.within} s"
    if not problem and not watch.gone(options.gone):
        problem = f"still there after {options.gone} s: {watch.left()}"
    if problem:
        watch.kill()
        return broken(problem)
    status = watch.process.returncode
    return status if status >= 0 else 128 - status


sys.exit(main())
