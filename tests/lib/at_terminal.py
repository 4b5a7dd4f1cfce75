# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run a program at a terminal: at_terminal.py COLUMNS PATTERN COMMAND...

Standard error is a terminal of that width, standard output too where $BOTH is set, else it is left as it
is.  Once the terminal has got what the regular expression PATTERN finds, the program gets SIGTERM; with an
empty PATTERN it ends by itself.  Prints all that the terminal got; the status is the program's.
"""

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios

columns, pattern, command = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
ours, theirs = os.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=theirs,
                         stdout=theirs if os.environ.get("BOTH") else None)
os.close(theirs)
got = b""
while True:
    try:
        part = os.read(ours, 65536)
    except OSError:  # the last one that had it has ended
        part = b""
    if not part:
        break
    got += part
    if pattern and re.search(pattern, got):
        child.terminate()
        pattern = b""
sys.stderr.buffer.write(got)
sys.exit(child.wait() % 256)
