# SPDX-License-Identifier: LGPL-2.1-or-later
# slow
# The same as the case py3compile, with calls that nobody has written down: three of them every day, and more where
# PYCSYNC_ROUNDS says how many. PYCSYNC_SEED has others.
. "$LIB/case.sh"
. "$LIB/debtree.sh"

count=3
case ${PYCSYNC_ROUNDS-} in
all) count=110 ;;
[0-9]*) count=$PYCSYNC_ROUNDS ;;
esac
"$PY" -I "$LIB/debargs.py" "$count" "${PYCSYNC_SEED:-1}" "$second,3.11" "$arch" | sed 's/3\.11,3\.11/3.11/' >calls
compare <calls
