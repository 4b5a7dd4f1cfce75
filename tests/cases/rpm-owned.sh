# SPDX-License-Identifier: LGPL-2.1-or-later
# What rpm's database owns is rpm's: bytecode, and sources of which it ships bytecode. Real databases.
. "$LIB/case.sh"
need_root
need rpm
need rpmbuild

site=/usr/lib/python3/dist-packages
policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python3/dist-packages
END

# spec NAME FILE...: a package of these files; a name with a slash at its end is a directory.
spec() {
	name=$1
	shift
	mkdir -p spec top
	{
		printf 'Name: %s\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n' "$name"
		printf '%%description\nx\n%%install\nmkdir -p %%{buildroot}\ncp -a %s/stage/. %%{buildroot}\n%%files\n' "$T"
		for file in "$@"; do
			case $file in
			*/) echo "%dir ${file%/}" ;;
			*) echo "$file" ;;
			esac
		done
	} >"spec/$name.spec"
	rpmbuild -bb --quiet --nodeps --define "_topdir $T/top" --define "_rpmdir $T/rpms" \
		--define "_dbpath $T/none" --define '__os_install_post %{nil}' "spec/$name.spec" >rpmbuild.log 2>&1 ||
		fail "rpmbuild: $(cat rpmbuild.log)"
}

# rpm_root ARGUMENT...: rpm with the root t and the database there that $db names.
rpm_root() {
	# shellcheck disable=SC2046 # options
	rpm --root "$T/t" --dbpath "$db" $(rpm_options) --nodeps --noscripts "$@" >rpm.log 2>&1 ||
		fail "rpm $*: $(cat rpm.log)"
}

src stage$site/lib/shipped.py
src stage$site/lib/own.py
fake_pyc "$(pyc stage$site/lib/shipped.py)"
fake_pyc "stage$site/lib/__pycache__/shipped.cpython-39.opt-1.pyc"
src stage$site/old.py
fake_pyc "stage$site/old.pyc"
mkdir stage$site/hollow
spec lib $site/lib/ $site/lib/shipped.py $site/lib/own.py $site/lib/__pycache__/ \
	$site/lib/__pycache__/shipped.$TAG.pyc $site/lib/__pycache__/shipped.cpython-39.opt-1.pyc \
	$site/old.py $site/old.pyc $site/hollow/
rpmfile=$(find rpms -name 'lib-1*.rpm')

# rpm's configuration of the caller must have no say, and run nothing.
echo "%_dbpath %(touch $T/ran; echo /nowhere)" >"$T/.rpmmacros"

for db in /var/lib/rpm /usr/lib/sysimage/rpm /root/.rpmdb /srv/elsewhere /srv/vendor; do
	rm -rf t
	mkdir -p t/etc/rpm t/usr/lib/rpm/macros.d
	rm -f "$T/.rpmmacros"
	if [ $db = /srv/elsewhere ]; then
		printf '%%_other x\n%%_dbpath\t/srv/elsewhere/\n' >t/etc/rpm/macros.site
		echo '%_dbpath /srv/overridden' >t/usr/lib/rpm/macros
	elif [ $db = /srv/vendor ]; then
		echo '%_dbpath %{_var}/lib/rpm' >t/usr/lib/rpm/macros
		echo '%_dbpath /srv/vendor' >t/usr/lib/rpm/macros.d/macros.vendor
		echo '%_dbpath /srv/nowhere' >t/usr/lib/rpm/macros.d/ignored
	fi
	rpm_root -i "$rpmfile"
	echo "%_dbpath %(touch $T/ran; echo /nowhere)" >"$T/.rpmmacros"
	src t$site/mine.py
	src t$site/hollow/gone.py
	try 0 "$PYCSYNC" sync --root t --policy policy.yaml
	there "$(pyc t$site/mine.py)" "$(pyc t$site/lib/own.py)"
	absent "$(pyc t$site/old.py)" t$site/lib/__pycache__/shipped.$TAG.opt-1.pyc ran
	cmp "stage$site/lib/__pycache__/shipped.$TAG.pyc" "$(pyc t$site/lib/shipped.py)" ||
		fail "$db: a package's pyc was written"
	# A package's directory stays, though it is empty, and so does its bytecode without source.
	rm t$site/hollow/gone.py t$site/lib/shipped.py t$site/lib/own.py
	try 0 "$PYCSYNC" sync --root t --policy policy.yaml
	there t$site/hollow "$(pyc t$site/lib/shipped.py)"
	absent "$(pyc t$site/lib/own.py)" t$site/hollow/__pycache__
	rm "$T/.rpmmacros"
	rpm --root "$T/t" --dbpath $db -V lib >verify 2>&1 || :
	[ "$(sed 's/.* //' verify)" = "$(printf '%s\n' $site/lib/own.py $site/lib/shipped.py)" ] ||
		fail "$db: rpm -V says: $(cat verify)"
done

# Through a link, as Fedora has it, and by a merged /usr: the real path is what counts.
rm -rf t
db=/usr/lib/sysimage/rpm
rpm_root -i "$rpmfile"
mkdir -p t/var/lib
ln -s ../../usr/lib/sysimage/rpm t/var/lib/rpm
try 0 "$PYCSYNC" sync --root t --policy policy.yaml
absent "$(pyc t$site/old.py)"

# Broken ones: nobody knows what they own.
broken() {
	src t$site/new.py
	# librpm does not free what it has of a database that it cannot open.
	try 1 env ASAN_OPTIONS="${ASAN_OPTIONS-}${ASAN_OPTIONS:+:}detect_leaks=0" "$PYCSYNC" sync --root t --policy policy.yaml
	once "what a package may own is left alone"
	says "rpm's database"
	absent "$(pyc t$site/new.py)"
}
rpmdb=t$db/rpmdb.sqlite
if [ -f $rpmdb ]; then
	cp $rpmdb whole
	truncate -s 5000 $rpmdb
	broken
	: >$rpmdb
	broken
	head -c 9000 /dev/urandom >$rpmdb
	broken
	rm $rpmdb && mkdir $rpmdb
	broken
	rmdir $rpmdb && cp whole $rpmdb
	rm -f t$db/rpmdb.sqlite-*
	try 0 "$PYCSYNC" sync --root t --policy policy.yaml
	there "$(pyc t$site/new.py)"
	# Another process is writing.
	rm "$(pyc t$site/new.py)"
	"$PY" -I - "$rpmdb" "$T/ready" <<-'END' &
		import sqlite3, sys, time
		db = sqlite3.connect(sys.argv[1], isolation_level=None)
		db.execute("BEGIN IMMEDIATE")
		db.execute("CREATE TABLE other (x)")
		open(sys.argv[2], "w").close()
		time.sleep(20)
	END
	writer=$!
	while [ ! -e ready ]; do sleep 0.01; done
	try 0 "$PYCSYNC" sync --root t --policy policy.yaml
	kill $writer
	there "$(pyc t$site/new.py)"
	absent "$(pyc t$site/old.py)"
fi

# An ordinary user, who can write nothing near the database.
give_away t$site policy.yaml
chmod 755 t
mkdir -p t/root && chmod 700 t/root
rm -f "$(pyc t$site/new.py)"
try 0 as_nobody "$PYCSYNC" sync --root t --policy policy.yaml
there "$(pyc t$site/new.py)"
absent "$(pyc t$site/old.py)"
chown 0:0 policy.yaml

# Without librpm nobody knows either, but a database in root's home is then nobody's.
lib=$(ldconfig -p | sed -n 's/.* => \(.*librpm\.so\.[0-9]*\)$/\1/p' | head -n 1)
if [ -z "$lib" ] || ! unshare --mount true 2>/dev/null; then
	echo "note: without librpm: not tested"
	exit 0
fi
without() {
	unshare --mount --propagation unchanged sh -c 'mount --bind /dev/null "$0" && exec "$@"' "$(realpath "$lib")" "$@"
}
rm -f "$(pyc t$site/new.py)"
try 1 without "$PYCSYNC" sync --root t --policy policy.yaml
says "librpm cannot be loaded"
absent "$(pyc t$site/new.py)"
mkdir -p t/root
mv t/usr/lib/sysimage/rpm t/root/.rpmdb
try 0 without "$PYCSYNC" sync --root t --policy policy.yaml
there "$(pyc t$site/new.py)"
