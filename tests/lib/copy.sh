# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# What a copy of a root is held to, whichever tool made it. For the cases copy-*.sh.
. "$LIB/case.sh"

# at ROOT STATUS COMMAND [OPTION]...: pycsync on /usr of it, for levels 0, 1 and 2.
at() {
	at_root=$1 at_status=$2
	shift 2
	set -- "$@" --root "$at_root" --policy "$T/policy.yaml" /usr
	case $1 in
	clean) ;;
	*) set -- "$@" --python "$PY" ;;
	esac
	try "$at_status" "$PYCSYNC" "$@"
}

# made_root: $T/root has 3 sources with 9 pycs, and the state of the run that made them.
made_root() {
	printf 'version: 1\ndefaults: {optimize: [0, 1, 2]}\n' | policy
	mkdir -p root/var/lib/pycsync
	for name in a b c; do
		src root/usr/$name.py "assert len, '''$name'''"
	done
	settle
	at root 0 sync --json
	totals compiled=9
	settle
}

# renewed ROOT: each source is a new file, so that its ctime is later than those of its pycs.
renewed() {
	settle
	for source in "$1"/usr/?.py; do
		cp -p "$source" "$source.new"
		mv "$source.new" "$source"
	done
}

# doubtful ROOT: how many pycs were written before the ctimes of their sources.
doubtful() {
	"$PY" -I - "$1" <<-'END'
		import glob, os, sys
		count = 0
		for pyc in glob.glob(sys.argv[1] + "/usr/__pycache__/*.pyc"):
		    source = f"{sys.argv[1]}/usr/{os.path.basename(pyc).split('.')[0]}.py"
		    count += os.stat(pyc).st_ctime_ns < os.stat(source).st_ctime_ns
		print(count)
	END
}

# found CODE: how many findings of it are in the last --json output.
found() {
	grep -c "\"finding\": *\"$1\"" "$T/out" || :
}

# same_with_state ROOT: nothing is wrong with a copy that has its state, and nothing is compiled.
same_with_state() {
	at "$1" 0 verify --fail-on note
	says "nothing wrong"
	at "$1" 0 clean --json
	totals removed=0
	at "$1" 0 sync --json
	totals compiled=0 removed=0 failed=0
	at "$1" 0 sync --json
	totals compiled=0 restamped=0 removed=0 fresh=9
	same_code "$1"
}

# same_without_state ROOT: of a copy without it, ctimes are notes, and --deep settles them.
same_without_state() {
	rm -rf "${1:?}/var"
	doubts=$(doubtful "$1")
	at "$1" 0 verify --json
	[ "$(found stale-ctime)" = 0 ] || fail "notes are shown"
	at "$1" 0 verify --json -v
	[ "$(found stale-ctime)" = "$doubts" ] || fail "$(found stale-ctime) notes of $doubts doubts"
	at "$1" 0 verify --deep --fail-on note
	says "nothing wrong"
	at "$1" 0 clean --json
	totals removed=0
	at "$1" 0 sync --json
	totals compiled="$doubts" removed=0 failed=0
	at "$1" 0 sync --json
	totals compiled=0 fresh=9
	same_code "$1"
}

# same_code ROOT: what Python would load.
same_code() {
	check --root "$1" --levels 0,1,2 "$1/usr"
}

# same_mounted IMAGE: of what is in the image nothing is wrong, and of a copy. Skips where it cannot be mounted.
same_mounted() {
	need_root
	mkdir mounted
	mount -o loop,ro "$1" mounted 2>err || skip "$1 cannot be mounted: $(head -n 1 err)"
	trap 'umount mounted' EXIT
	at mounted 0 verify --fail-on note
	says "nothing wrong"
	at mounted 0 verify --deep --fail-on note
	at mounted 0 sync --json
	totals compiled=0 restamped=0 failed=0
	cp -a mounted copy
	same_with_state copy
}
