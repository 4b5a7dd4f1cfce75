# SPDX-License-Identifier: LGPL-2.1-or-later
# Thousands of broken policies: a place for each fault, status 2, and nothing worse.
# slow
. "$LIB/case.sh"

"$PY" -I -X utf8 "$LIB/policy_fuzz.py" "$PYCSYNC" "$LIB/../../config" "${PYCSYNC_SEED:-1}" "${PYCSYNC_ROUNDS:-2000}"
