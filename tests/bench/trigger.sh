# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# trigger.sh: the words of the benches that measure what a trigger adds to a package manager's own time.
#
# Processor seconds (of the manager with all that it runs) are what counts where other work goes on.

python=/usr/bin/python3.11
export PYTHONDONTWRITEBYTECODE=1

# many DIRECTORY COUNT EDITION: so many small modules, a hundred in each directory.
many() {
	"$python" -I -S - "$@" <<-'END'
		import os, sys
		top, count, edition = sys.argv[1:]
		for i in range(int(count)):
		    d = f"{top}/p{i // 100}"
		    if i % 100 == 0:
		        os.makedirs(d)
		    with open(f"{d}/m{i}.py", "w") as f:
		        f.write(f"value = {i}\n\n\ndef get(more={edition}):\n    return value + more\n")
	END
}

# timed NAME COMMAND...: one run; its times are added to /t/NAME.
timed() {
	_name=$1
	shift
	"$python" -I -S - "/t/$_name" "$@" <<-'END' || { echo "failed: $*" >&2 && exit 1; }
		import resource, subprocess, sys, time
		start = time.monotonic()
		with open("/t/timed", "wb") as out:
		    done = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
		clock = time.monotonic() - start
		if done.returncode:
		    sys.exit(open("/t/timed", errors="replace").read())
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		with open(sys.argv[1], "a") as f:
		    print(used.ru_utime + used.ru_stime, clock, file=f)
	END
}

head_line() {
	printf '%-52s %9s %9s\n' "$1 modules" processor clock
}

# best NAME WORDS: of its times.
best() {
	awk -v words="$2" '
		NR == 1 || $1 < cpu { cpu = $1 }
		NR == 1 || $2 < clock { clock = $2 }
		END { printf "%-52s %7.2f s %7.2f s\n", words, cpu, clock }' "/t/$1"
}
