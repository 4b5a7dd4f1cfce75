#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# root.sh: runs a command in a throw-away copy of this system.
#
# usage: root.sh [--empty DIR]... [--read DIR[:AT]]... [--write DIR[:AT]]... COMMAND [ARG]...
#
# The copy is an overlay on / whose upper layer is a tmpfs in a mount namespace of its own: the
# command may install, upgrade and wreck what it likes, and nothing of it reaches the system. It
# starts in 0.02 s and is gone with its last process. The command gets a clean environment.
#
#   --empty DIR        DIR starts empty, whatever the system has in it
#   --read DIR[:AT]    the system's DIR can be seen, not changed, at the same path or AT
#   --write DIR[:AT]   the same, but what is written there stays: the way out for results
#
# Exit status: that of the command; 77 when such a root cannot be made here (stderr says why).

set -u

cannot() {
	echo "root.sh: $*" >&2
	exit 77
}

# First pass, still outside: make the place to mount on, go into the namespace, tidy up.
if [ -z "${PYCSYNC_ROOT_AT-}" ]; then
	[ "$(id -u)" = 0 ] || cannot "not root"
	# In a chroot / may be no mount point, whose propagation could be changed.
	how=private
	unshare --mount --propagation private true 2>/dev/null || how=unchanged
	unshare --mount --propagation "$how" true 2>/dev/null || cannot "no mount namespaces here"
	at=$(mktemp -d /tmp/pycsync-root.XXXXXX) || cannot "no temporary directory"
	trap 'umount "$at" 2>/dev/null; rmdir "$at"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	PYCSYNC_ROOT_AT=$at unshare --mount --propagation "$how" -- "$0" "$@"
	exit
fi

# Second pass, inside: build the root, then become the command.
at=$PYCSYNC_ROOT_AT
root=$at/root

mount -t tmpfs -o mode=0755 pycsync-root "$at" || cannot "cannot mount a tmpfs"
mount --make-private "$at" || cannot "cannot make a mount private"
mkdir "$at/upper" "$at/work" "$root"
mount -t overlay -o "lowerdir=/,upperdir=$at/upper,workdir=$at/work" pycsync-root "$root" ||
	cannot "cannot mount an overlay on /"
for d in proc sys dev; do
	mount --rbind "/$d" "$root/$d" || cannot "cannot bind /$d"
done

# A directory that is removed and made anew in an overlay hides the one below.
empty() {
	rm -rf "${root:?}$1"
	mkdir -p "$root$1"
}

bind() {
	case $2 in
	*:*) from=${2%:*} to=$root${2##*:} ;;
	*) from=$2 to=$root$2 ;;
	esac
	mkdir -p "$to"
	mount --bind "$from" "$to" || cannot "cannot bind $from"
	[ "$1" = write ] || mount -o remount,bind,ro "$to" || cannot "cannot protect $from"
}

while :; do
	case ${1-} in
	--empty) empty "$2" ;;
	--read) bind read "$2" ;;
	--write) bind write "$2" ;;
	*) break ;;
	esac
	shift 2
done

umask 022
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
	chroot "$root" "$@"
