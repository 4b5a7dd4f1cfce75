# SPDX-License-Identifier: LGPL-2.1-or-later
# A pyc that nobody asks for any more and that Python would run is taken away when memory proves that its source has
# other bytes, though it looks newer: a copy, a mode, or another name of its file moved its time on.
. "$LIB/case.sh"
own_state

levels() {
	printf 'version: 1\ninterpreters: ["3.11"]\ntrees: [{path: %s/t, optimize: %s, invalidation: %s}]\n' "$T" "$1" "$mode" | policy
}
for mode in timestamp unchecked-hash; do
	for how in copied renamed chmod; do
		rm -rf t
		levels '[0, 1]'
		src t/m.py 'x = 1111'
		touch -d @1000000000 t/m.py
		try 0 "$PYCSYNC" sync --policy policy.yaml
		levels '[0]'
		settle
		src t/m.py 'x = 2222'
		touch -d @1000000000 t/m.py
		settle
		case $how in
		copied)
			cp -a t copy
			rm -r t
			mv copy t
			;;
		renamed) rm "$(pyc t/m.py)" ;; # the levels were one file
		chmod)
			chmod 600 "$(pyc t/m.py 1)"
			chmod 644 "$(pyc t/m.py 1)"
			;;
		esac
		try 0 "$PYCSYNC" sync --policy policy.yaml
		absent "$(pyc t/m.py 1)"
		check --mode $mode t
		try 0 "$PYCSYNC" verify --policy policy.yaml
		try 0 "$PYCSYNC" sync --policy policy.yaml
		says '0 compiled, 1 fresh, 0 removed'
	done
done

# Nor does one stay open to those whom its source was closed to.
for mode in timestamp unchecked-hash; do
	rm -rf t
	levels '[0, 1]'
	src t/m.py
	printf '"doc"\nassert len\n' >t/m.py
	settle
	try 0 "$PYCSYNC" sync --policy policy.yaml
	levels '[0]'
	settle
	chmod 600 t/m.py
	settle
	try 0 "$PYCSYNC" sync --policy policy.yaml
	[ -z "$(find t -type f -perm /044)" ] || fail "$mode: $(ls -l t/__pycache__)"
	try 0 "$PYCSYNC" verify --policy policy.yaml
	says 'nothing wrong'
	try 0 "$PYCSYNC" sync --policy policy.yaml
	says '0 compiled, 1 fresh, 0 removed'
done
