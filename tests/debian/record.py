# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints a line for each cache of the system: its path, its header, and a digest of its code.

Marshal's version 0 has no references, so that it does not matter which objects were shared.
"""

import hashlib
import marshal
import os

for top in "usr", "etc", "opt", "var", "lib", "home":
    for directory, dirs, names in os.walk("/" + top):
        dirs.sort()
        if directory.endswith("/__pycache__") and not names:
            print(directory, "is empty")
        for name in sorted(names):
            if not name.endswith((".pyc", ".pyo")):
                continue
            path = os.path.join(directory, name)
            with open(path, "rb") as file:
                header, body = file.read(16), file.read()
            try:
                body = marshal.dumps(marshal.loads(body), 0)
            except (ValueError, EOFError, TypeError):
                print(path, "cannot be read")
            mode = os.lstat(path).st_mode
            print(path, header.hex(), oct(mode), hashlib.sha256(body).hexdigest()[:16])
