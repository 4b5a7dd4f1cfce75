# SPDX-License-Identifier: LGPL-2.1-or-later
# A path that is not there may never have been anything: the directory that it would be in stays, empty as it is, and so
# does one in which there was an empty __pycache__ and nothing that tells of a source.
. "$LIB/case.sh"

policy <<-END
	version: 1
	interpreters: [3.11]
	trees: [{path: $T/t}]
END
# each STATUS PATH: each command that is told of the path, by an argument or a list.
each() {
	for command in sync clean "clean --all" "clean --made"; do
		# shellcheck disable=SC2086
		{
			unchanged try "$1" "$PYCSYNC" $command --policy policy.yaml "$2"
			echo "$2" | unchanged try 0 "$PYCSYNC" $command --policy policy.yaml --stdin
		}
	done
	for name in alpm-pre alpm-post rpm-in rpm-postun; do
		echo "$2" | unchanged trigger 0 $name --policy policy.yaml
	done
}
mkdir -p t/app/spool/incoming
! is_root || chown 1234 t/app/spool/incoming
chmod 2770 t/app/spool/incoming
each 1 "$T/t/app/spool/incoming/x.py"
each 1 "$T/t/app/spool/incoming/__pycache__/x.$TAG.pyc"
for command in "sync $T/t" "clean $T/t" "clean --all $T/t" sync; do
	# shellcheck disable=SC2086
	unchanged try 0 "$PYCSYNC" $command --policy policy.yaml
done

# An empty __pycache__ goes in a walk, its directory stays.
for command in sync clean "clean --all"; do
	mkdir t/app/spool/incoming/__pycache__
	# shellcheck disable=SC2086
	try 0 "$PYCSYNC" $command --policy policy.yaml t
	absent t/app/spool/incoming/__pycache__
	there t/app/spool/incoming
done

# Where a source is gone from there they both go: one that is named, whose caches a run may have removed that was
# killed then, or one whose cache tells of it.
went() {
	absent t/app/lib
	there t/app/spool/incoming
}
mkdir -p t/app/lib/__pycache__
run 0 --policy policy.yaml --stdin <<-END
	$T/t/app/lib/m.py
END
went
fake_pyc t/app/lib/__pycache__/m.$TAG.pyc
run 0 --policy policy.yaml t
went
