# SPDX-License-Identifier: LGPL-2.1-or-later
# Each option that --help lists is in the synopsis of its command, and described in its manual.
. "$LIB/case.sh"

"$PY" -I - "$PYCSYNC" "$LIB/../../docs" <<-'END' || fail "manuals and program differ"
	import re, subprocess, sys
	pycsync, docs = sys.argv[1:]
	GENERAL = "pycsync.8"
	MANUALS = {"stage": "pycsync-stage.8", "verify": "pycsync-verify.8", "compile": "pycsync-compile.1",
	           "py3compile": "pycsync-py3compile.8", "py3clean": "pycsync-py3compile.8"}
	COMMANDS = ["sync", "trigger", "clean", "interpreters", "status", "store", "policy check", "policy show",
	            "policy explain", *MANUALS]

	def read(name):
	    with open(f"{docs}/{name}", encoding="utf-8") as file:
	        return file.read()

	def options(command):
	    """(letter or "", long form or "") of each but --help."""
	    text = subprocess.run([pycsync, *command.split(), "--help"], capture_output=True, text=True, check=True).stdout
	    found = re.findall(r"^  (?:-(\w),? ?|   )?(?:--([a-z][a-z-]*))?(?= |$)", text, re.M)
	    return [(letter, name) for letter, name in found if (letter or name) and name != "help"]

	def forms(text):
	    """All that follows Fl: letters and long forms."""
	    found = set()
	    for rest in re.findall(r"(?<=Fl )(.*)", text):
	        for token in re.sub(r"\b(Ar|Cm|Oc|Pc|Op)\b.*?(Fl|$)", "", rest).split():
	            if re.fullmatch("-[a-z-]+", token):
	                found.add(token[1:])
	            elif re.fullmatch("[0-9A-Za-z]+", token):
	                found |= set(token)
	    return found

	wrong = []
	for command in COMMANDS:
	    text = read(MANUALS.get(command, GENERAL))
	    synopsis, rest = text[text.index(".Sh SYNOPSIS"):].split(".Sh DESCRIPTION", 1)
	    blocks = re.split(r"^\.Nm.*\n", synopsis, flags=re.M)
	    mine = forms("\n".join(b for b in blocks if command in MANUALS or re.match(rf"\.Cm {command}\b", b)))
	    described = forms(rest) | (forms(read(GENERAL)) if command in ("stage", "verify") else set())
	    for letter, name in options(command):
	        if not {letter, name} & mine and not (command == "verify" and name in forms(read(MANUALS["stage"]))):
	            wrong.append(f"{command}: -{letter} --{name}: not in the synopsis")
	        if not {letter, name, name.removeprefix("no-")} & described:
	            wrong.append(f"{command}: -{letter} --{name}: not described")
	assert len(options("sync")) > 15 and len(options("compile")) > 15 and len(options("py3clean")) == 5, options("py3clean")
	sys.exit("\n".join(wrong) or 0)
END
