# SPDX-License-Identifier: LGPL-2.1-or-later
# The JSON Schema for editors and the program have the same keys and values.
# slow
. "$LIB/case.sh"

"$PY" -I -c 'import jsonschema, yaml' 2>/dev/null || skip "python3-jsonschema or python3-yaml is not installed"
"$PY" -I -X utf8 "$LIB/policy_schema.py" "$PYCSYNC" "$LIB/../../config" 20261121 400
