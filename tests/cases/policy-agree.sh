# SPDX-License-Identifier: LGPL-2.1-or-later
# What policy explain says, sync does: random policies and trees, by seed.
# slow
. "$LIB/case.sh"

"$PY" -I -X utf8 "$LIB/policy_agree.py" "$PYCSYNC" "$T/round" "${PYCSYNC_SEED:-1}" "${PYCSYNC_ROUNDS:-25}"
