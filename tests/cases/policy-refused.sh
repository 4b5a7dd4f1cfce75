# SPDX-License-Identifier: LGPL-2.1-or-later
# A policy that is missing, no file, or writable by others: status 2, nothing done, the file named.
. "$LIB/case.sh"

src t/a.py
mkdir dir
mkfifo fifo
for name in none dir t/none/policy.yaml; do
	unchanged run 2 --policy $name t
	once "$name"
done
unchanged try 2 timeout 10 "$PYCSYNC" sync --python "$PY" --policy fifo t
policy <<-END
	version: 1
END
run 0 --policy policy.yaml t
is_root || exit 0
rm -r t/__pycache__
chmod 666 policy.yaml
unchanged run 2 --policy policy.yaml t
once policy.yaml
chmod 644 policy.yaml
chown $NOBODY policy.yaml
unchanged run 2 --policy policy.yaml t
once policy.yaml
