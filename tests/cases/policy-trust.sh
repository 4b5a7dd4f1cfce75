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
# Who only checks a file of his own is not refused.
echo 'version: 1' >mine.yaml
chown $NOBODY mine.yaml
try 0 "$PYCSYNC" policy check mine.yaml
try 2 "$PYCSYNC" policy check --policy mine.yaml
