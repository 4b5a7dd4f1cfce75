# SPDX-License-Identifier: LGPL-2.1-or-later
# A root that went through a tar archive, with its state and without.
. "$LIB/copy.sh"
made_root

# unpacked NAME OPTION...: what is in the archive of that name.
unpacked() {
	mkdir "$1"
	name=$1
	shift
	tar -C "$name" "$@" -xpf "$name.tar"
}

tar -C root -cf pax.tar --format=pax .
unpacked pax
same_with_state pax

# Sources that come last are later than their pycs, as in many archives. Times have whole seconds.
tar -C root -cf late.tar --format=ustar --exclude='*.py' .
tar -C root -rf late.tar --format=ustar usr/a.py usr/b.py usr/c.py
# Between any two files, the clock ticks.
unpacked late --blocking-factor=1 --checkpoint=1 --checkpoint-action='exec=sleep 0.01'
[ "$(doubtful late)" = 9 ] || fail "no doubts"
cp late.tar forgotten.tar
same_with_state late
unpacked forgotten --blocking-factor=1 --checkpoint=1 --checkpoint-action='exec=sleep 0.01'
same_without_state forgotten

# Other times: the headers are wrong, and nothing else is.
cp late.tar touched.tar
unpacked touched -m
touch -d @1500000000 touched/usr/?.py
at touched 0 sync --json
totals compiled=0 restamped=9
same_code touched
