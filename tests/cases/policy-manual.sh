# SPDX-License-Identifier: LGPL-2.1-or-later
# Every example of the manual page is valid where it would stand, and every key has one.
. "$LIB/case.sh"

"$PY" -I - "$PYCSYNC" "$LIB/../../docs/pycsync.yaml.5" <<-'END'
	import re, subprocess, sys
	pycsync, manual = sys.argv[1:]
	with open(manual, encoding="utf-8") as file:
	    text = file.read()
	keys = text[text.index(".Sh KEYS"):text.index(".Ss Patterns")]
	blocks = re.findall(r"\.Bd -literal.*\n((?s:.*?))\.Ed", text)
	blocks = [b for b in blocks if not b.startswith(("pycsync:", "$"))]
	named = re.findall(r"^\.It Cm ([a-z-]+)", keys, re.M)
	assert len(blocks) > 15 and len(named) > 20, (len(blocks), named)
	places = ["{}", "version: 1\n{}", "version: 1\ntrees:\n- path: /x\n{}"]
	for block in blocks:
	    tries = [place.format(block if place != places[2] else re.sub("(?m)^", "  ", block)) for place in places]
	    parts = [tries] if block.count("\ninterpreters:") == 0 else [
	        ["version: 1\n" + line] for line in block.splitlines()]
	    for part in parts:
	        for text in part:
	            with open("example.yaml", "w", encoding="utf-8") as file:
	                file.write(text)
	            done = subprocess.run([pycsync, "policy", "check", "example.yaml"], capture_output=True, text=True)
	            if done.returncode == 0:
	                break
	        else:
	            sys.exit(f"{block}\n{done.stderr}")
	shown = "\n".join(blocks)
	for key in named:
	    if key not in ("honor",) and not re.search(rf"(?m)(^|[\s{{,]){re.escape(key)}\+?:", shown):
	        inline = re.search(rf"{re.escape(key)} : 1", keys)
	        assert inline or key in ("timestamp", "checked-hash", "unchecked-hash", "auto", "use"), key
END
