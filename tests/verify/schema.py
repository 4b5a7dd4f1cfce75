# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks lines of verify --json on standard input against docs/verify.schema.json.

Knows of JSON Schema what that file uses; with the module jsonschema, if it is there, asks that as well.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = {"string": str, "integer": int, "boolean": bool, "object": dict, "null": type(None)}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "oneOf", "type", "additionalProperties",
         "required", "properties", "enum", "minimum", "maximum"}


def fits(value, schema, top):
    if set(schema) - KNOWN:
        sys.exit(f"the schema has what is not known here: {set(schema) - KNOWN}")
    if "$ref" in schema:
        return fits(value, top["$defs"][schema["$ref"].rsplit("/", 1)[1]], top)
    if "oneOf" in schema:
        return sum(fits(value, each, top) for each in schema["oneOf"]) == 1
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(type(value) is KINDS[kind] for kind in kinds):
        return False
    if type(value) is int and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return False
    if type(value) is not dict:
        return True
    known = schema["properties"]
    return (set(schema["required"]) <= set(value) <= set(known)
            and all(fits(value[key], known[key], top) for key in value))


def main():
    with open(f"{HERE}/../../docs/verify.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    lines = [json.loads(line) for line in sys.stdin]
    for line in lines:
        if not fits(line, schema, schema):
            sys.exit(f"not by the schema: {line}")
    try:
        import jsonschema
    except ImportError:
        jsonschema = None
    if jsonschema and hasattr(jsonschema, "Draft202012Validator"):
        for line in lines:
            jsonschema.Draft202012Validator(schema).validate(line)
    if [list(line)[0] for line in lines].count("summary") != 1 or "summary" not in lines[-1]:
        sys.exit("the summary is not the last line")


main()
