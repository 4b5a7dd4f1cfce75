# SPDX-License-Identifier: LGPL-2.1-or-later
# As root, each file of the policy and each directory of drop-ins must be root's alone.
. "$LIB/case.sh"

need_root
src t/a.py
mkdir -p root/etc/pycsync/policy.d root/usr/lib/pycsync/policy.d
for dir in root/etc/pycsync root/usr/lib/pycsync; do
	for file in $dir/policy.yaml $dir/policy.d/a.yaml; do
		echo 'version: 1' >$file
		try 0 "$PYCSYNC" policy check --root root
		for change in 'chmod o+w' 'chgrp 1' "chown $NOBODY"; do
			[ "$change" = 'chgrp 1' ] && chmod g+w $file
			$change $file
			try 2 "$PYCSYNC" policy check --root root
			once "${file#root}: refused"
			chown 0:0 $file
			chmod 644 $file
		done
		rm $file
	done
	chmod 777 $dir/policy.d
	try 2 "$PYCSYNC" policy check --root root
	once "${dir#root}/policy.d: refused"
	chmod 755 $dir/policy.d
done
# A directory on the way, and each one that a link leads through.
file=root/etc/pycsync/policy.yaml
echo 'version: 1' >$file
for change in 'chmod o+w' "chown $NOBODY"; do
	for dir in root/etc/pycsync root/etc root; do
		$change $dir
		try 2 "$PYCSYNC" policy check --root root
		inside=${dir#root}
		once "/etc/pycsync/policy.yaml: refused: ${inside:-/} must be owned by root and writable by nobody else"
		once "/etc/pycsync/policy.d: refused: ${inside:-/} must be owned"
		chown 0 $dir
		chmod 755 $dir
	done
done
mkdir -p root/home/real root/srv
mv $file root/srv/policy.yaml
ln -s ../../home/real/../real/link $file
ln -s /srv/policy.yaml root/home/real/link
try 0 "$PYCSYNC" policy check --root root
chown $NOBODY root/home/real
try 2 "$PYCSYNC" policy check --root root
once '/etc/pycsync/policy.yaml: refused: /home/real must be'
chown 0 root/home/real
# Where only owners rename, what is root's own may lie.
chmod 1777 root/home
try 0 "$PYCSYNC" policy check --root root
chown -h $NOBODY root/home/real
try 2 "$PYCSYNC" policy check --root root
once 'refused: /home/real must be'
chown 0 root/home/real
rm $file
ln -s ../../home/link $file
ln -s /srv/policy.yaml root/home/link
try 0 "$PYCSYNC" policy check --root root
chown -h $NOBODY root/home/link
try 2 "$PYCSYNC" policy check --root root
once 'refused: /home/link must be'
rm $file
# Who only checks their own file is not refused.
echo 'version: 1' >mine.yaml
chown $NOBODY mine.yaml
try 0 "$PYCSYNC" policy check mine.yaml
try 2 "$PYCSYNC" policy check --policy mine.yaml
# A list that lets others write, where the mode shows nothing but the most that it gives.
# acl FILE TAG BITS ID: an entry besides those of the mode rwxrwx---.
acl() {
	"$PY" -I - "$@" <<-'END'
		import os, struct, sys
		tag, bits, who = (int(x, 0) for x in sys.argv[2:])
		none = 0xffffffff
		entries = sorted([(1, 7, none), (4, 0, none), (tag, bits, who), (0x10, 7, none), (0x20, 0, none)])
		data = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries)
		try:
		    os.setxattr(sys.argv[1], "system.posix_acl_access", data)
		except OSError:
		    sys.exit(77)
	END
}
echo 'version: 1' >$file
acl $file 2 7 0 || skip "no access control lists here"
try 0 "$PYCSYNC" policy check --root root
for entry in '2 2' '8 6'; do
	for place in $file root/etc/pycsync; do
		acl $place $entry 1000
		try 2 "$PYCSYNC" policy check --root root
		once "/etc/pycsync/policy.yaml: refused"
		acl $place 2 5 1000
		try 0 "$PYCSYNC" policy check --root root
	done
done
