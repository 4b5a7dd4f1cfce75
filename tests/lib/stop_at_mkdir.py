# SPDX-License-Identifier: LGPL-2.1-or-later
"""stop_at_mkdir.py DIRECTORY PREPARE ATTACK COMMAND...

Runs the command three times, each after the shell command PREPARE: to warm up, to find out which of its
mkdir calls makes DIRECTORY, and last to stop it between that call and all that it does next, where the
shell command ATTACK is run. Exit status: that of the last run, or 99 where it makes no such directory.
"""

import os
import re
import signal
import subprocess
import sys
import time

directory, prepare, attack, command = *sys.argv[1:4], sys.argv[4:]
CALLS = "mkdir,mkdirat"


def run(*options):
    subprocess.run(["sh", "-c", prepare], check=True)
    strace = ["strace", "-f", "-qq", "-o", "trace", "-e", "trace=" + CALLS, *options,
              "sh", "-c", 'echo $$ >pid; exec "$@"', "sh"]
    return subprocess.Popen(strace + command)


run().wait()
run().wait()
with open("trace", encoding="utf-8", errors="replace") as trace:
    calls = re.findall(r"\b(mkdir(?:at)?)\((.*)", trace.read())
name = f'{os.path.basename(directory)}"'
call = next((call for call, words in calls if name in words), None)
if not call:
    sys.exit(99)
# strace counts the calls of each name.
words = [words for each, words in calls if each == call]
number = next(i for i, text in enumerate(words, 1) if name in text)
try:
    os.remove("pid")
except FileNotFoundError:
    pass
# strace sends the signal when the call begins; it takes effect when it has returned.
traced = run("-e", f"inject={call}:signal=SIGSTOP:when={number}")
while not os.path.isdir(directory):
    if traced.poll() is not None:
        sys.exit(99)
    time.sleep(0.01)
time.sleep(0.05)
subprocess.run(["sh", "-c", attack], check=True)
with open("pid", encoding="ascii") as pid:
    os.kill(int(pid.read()), signal.SIGCONT)
sys.exit(traced.wait())
