# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads the commands of the documents, as they stand there: those of README.md's blocks, and those of the manuals'
EXAMPLES and DIAGNOSTICS."""

import dataclasses
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclasses.dataclass
class Command:
    document: str
    section: str
    text: str
    output: list = dataclasses.field(default_factory=list)  # what the document shows below it


def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return file.read()


def blocks(name):
    """(section, language, lines) of each fenced block of a document in Markdown."""
    section, language, lines = "", None, []
    for line in read(name).splitlines():
        if line.startswith("```"):
            if language is not None:
                yield section, language, lines
            language, lines = (line[3:], []) if language is None else (None, [])
        elif language is not None:
            lines.append(line)
        elif line.startswith("## "):
            section = line[3:]


def of_block(document, section, lines):
    """The commands of a block: with a prompt and what they print, or one a line."""
    found = []
    prompted = any(re.match(r"[$#] ", line) for line in lines)
    for line in lines:
        if not prompted or re.match(r"[$#] ", line):
            text = line[2:] if prompted else line
            found.append(Command(document, section, re.sub(r"\s+# .*", "", text)))
        elif found:
            found[-1].output.append(line)
    return found


def of_readme():
    commands = []
    for section, language, lines in blocks("README.md"):
        if language == "" and section:
            commands += of_block("README.md", section, lines)
    return commands


def plain(text):
    """Text of a manual without roff's escapes."""
    return text.replace(r"\(dq", '"').replace(r"\(aq", "'").replace(r"\e", "\\").replace(r"\&", "")


def sections(name):
    """{title: lines} of a manual."""
    found, title = {}, ""
    for line in read(name).splitlines():
        if line.startswith(".Sh "):
            title = line[4:]
        found.setdefault(title, []).append(line)
    return found


def literal(lines):
    """The blocks between .Bd -literal and .Ed."""
    block = None
    for line in lines:
        if line.startswith(".Bd -literal"):
            block = []
        elif line == ".Ed":
            yield block
            block = None
        elif block is not None:
            block.append(plain(line))


def of_manual(name):
    commands = []
    for title, lines in sections(name).items():
        if title not in ("EXAMPLES", "DIAGNOSTICS"):
            continue
        for line in lines:
            if re.match(r"\.Dl [$#] ", line):
                commands.append(Command(name, title, plain(line[6:])))
        for block in literal(lines):
            joined = "\n".join(block).replace("\\\n", " ").splitlines()
            commands += [Command(name, title, re.sub(r"^[$#] ", "", line)) for line in joined
                         if re.match(r"([$#] |\+?pycsync (?!.*: ))", line) and not line.startswith("pycsync: ")]
    return commands


def all_commands():
    commands = of_readme()
    for name in sorted(os.listdir(os.path.join(TOP, "docs"))):
        if re.search(r"\.[1578]$", name):
            commands += of_manual("docs/" + name)
    return commands
