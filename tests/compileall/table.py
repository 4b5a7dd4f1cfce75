# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a case is, and the sources that most of them use."""

TABLE = []

# Sources whose levels are all different, all equal, and equal but for the last or the first.
FULL = '"""Module."""\nimport os\n\n\ndef f(a, *b, c=("x", 2)):\n    """Function."""\n' \
    '    assert a, "none"\n    return [b for b in c], os, lambda: __debug__\n'
PLAIN = "x = 1\n"
DOC = '"""Module."""\nx = 1\n'
ASSERT = "x = 1\nassert x == 1\n"
BAD = "x = 1\ndef f(:\n    pass\n"

SMALL = {"t/a.py": FULL, "t/b.py": PLAIN}
TREE = {"t/a.py": FULL, "t/p/__init__.py": "", "t/p/b.py": DOC, "t/p/q/c.py": ASSERT,
        "t/p/q/r/d.py": PLAIN, "t/readme.txt": "no source\n"}
MIXED = {"t/a.py": FULL, "t/bad.py": BAD, "t/c.py": PLAIN, "t/p/worse.py": "(\n", "t/p/d.py": DOC}


class Case:
    """One row. The arguments are a string, split at spaces, or a list; {T} is the tree's root, which
    is also the cwd. Fields:

    steps    several command lines and functions (of the Place) in place of the arguments
    tree     what to build, see lab.py, or a function that makes it from the Place
    wanted   the arguments for compileall, where they are not the same
    strict   pycsync gets --strict-compat
    exact    each pyc must have the same bytes, not only the same code
    differs  a deliberate difference: a function (got, place) that returns faults; compileall is not run
    on       "one": /usr/bin/python3.11, or the first that the case is for; "some": the newest as well;
             "all"
    extra    only runs when it is named, or with --every: another case has the same in a bundle
    since    the first version that this is the same in
    shell    what a shell does before it becomes either program
    """

    def __init__(self, name, args, tree=None, *, steps=None, wanted=None, strict=False, differs=None, exact=False,
                 on="one", extra=False, since=(3, 9), env=None, cwd="", stdin=None, umask=0o022, user=None,
                 slow=False, shell=None):
        self.name, self.steps = name, steps or [args]
        self.tree = TREE if tree is None else tree
        self.wanted, self.strict, self.differs = wanted, strict, differs
        self.on, self.since, self.env, self.cwd, self.extra = on, since, env or {}, cwd, extra
        self.exact = exact
        self.stdin, self.umask, self.user, self.slow, self.shell = stdin, umask, user, slow, shell


def case(name, args, tree=None, **more):
    assert all(name != other.name for other in TABLE), name
    TABLE.append(Case(name, args, tree, **more))


def tables():
    """All cases; the modules fill the table when they are imported."""
    # pylint: disable=unused-import,import-outside-toplevel
    import cases_files
    import cases_names
    import cases_odd
    import cases_options
    import cases_own
    import cases_pycs
    return TABLE
