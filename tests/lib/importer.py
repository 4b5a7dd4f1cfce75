# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does the importer of this interpreter take the pyc of every source below a directory?

importer.py DIR... BUILD-PATH: asks importlib's own loader for the code of each source; compiling is
forbidden to it.  No pyc may have BUILD-PATH anywhere in it.  Prints faults; exits 1 if there was one.
"""

import importlib.machinery
import importlib.util
import os
import sys

sys.dont_write_bytecode = True


class Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data, path, **keywords):
        raise ImportError(f"{path}: its pyc was not taken")


def main(tops, build_path):
    faults, taken = [], 0
    for top in tops:
        for where, _, names in os.walk(top):
            for name in names:
                path = os.path.join(where, name)
                if name.endswith(".py"):
                    try:
                        Loader(name[:-3], path).get_code(name[:-3])
                        taken += 1
                    except (ImportError, OSError) as error:
                        faults.append(error)
                elif name.endswith(".pyc"):
                    with open(path, "rb") as file:
                        if os.fsencode(build_path) in file.read():
                            faults.append(f"{path}: has the build path in it")
    for fault in faults:
        print(fault)
    print(f"{taken} taken, {len(faults)} faults")
    return 1 if faults or not taken else 0


sys.exit(main(sys.argv[1:-1], sys.argv[-1]))
