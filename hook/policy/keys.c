/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/keys.h"

#include <string.h>

#include "base/util.h"
#include "policy/model.h"

#define KiB ((uint64_t)1 << 10)
#define MiB (KiB << 10)
#define GiB (MiB << 10)

/* Where the value of a key is kept, and its origin. */
#define FIELD(type, member, from) \
	.field = offsetof(struct type, member), .origin = offsetof(struct type, from)
#define WHOLE(member, id) FIELD(pcs_policy, member, origins[PCS_WHOLE_##id])
#define SETTING(member, id)                                              \
	FIELD(pcs_rule, value.member, origins[PCS_KEY_##id]),            \
		.size = sizeof(((struct pcs_rule *)NULL)->value.member), \
		.setting = 1u << PCS_KEY_##id

#define IN_SOURCES (PCS_IN_TREE | PCS_IN_RULE)
#define IN_SETTINGS (PCS_IN_DEFAULTS | IN_SOURCES)
#define INTERPRETERS "auto or a list of versions and absolute paths"
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* In the order in which they are shown. */
static const struct pcs_key_row rows[] = {
	{ "version", PCS_TYPE_VERSION, PCS_IN_TOP, .flags = PCS_KEY_NEEDED, .value = "1",
	  .expected = "1" },
	{ "path", PCS_TYPE_DIR, PCS_IN_TREE, FIELD(pcs_tree, path, own.origin),
	  .flags = PCS_KEY_NEEDED, .expected = "an absolute path" },
	{ "interpreters", PCS_TYPE_CHOICE, PCS_IN_TOP, offsetof(struct pcs_policy, interpreters),
	  .flags = PCS_KEY_ADDS, .value = "auto", .expected = INTERPRETERS, .max = 64,
	  .inner = PCS_IN_INTERPRETERS },
	{ "interpreters", PCS_TYPE_CHOICE, PCS_IN_TREE, offsetof(struct pcs_tree, interpreters),
	  .expected = INTERPRETERS, .max = 64, .inner = PCS_IN_INTERPRETERS },
	{ "use", PCS_TYPE_USE, PCS_IN_INTERPRETERS, .flags = PCS_KEY_ADDS, .expected = INTERPRETERS,
	  .max = 64 },
	{ "exclude", PCS_TYPE_EXCLUDE, PCS_IN_INTERPRETERS,
	  FIELD(pcs_choice, exclude, exclude_origin), .flags = PCS_KEY_ADDS,
	  .expected = "a list of versions and absolute paths", .max = 64 },
	{ "defaults", PCS_TYPE_MAPPING, PCS_IN_TOP, offsetof(struct pcs_policy, defaults),
	  .expected = "a mapping", .inner = PCS_IN_DEFAULTS },
	{ "source-date-epoch", PCS_TYPE_MAPPING, PCS_IN_TOP,
	  .expected = "a mapping with 'use' or 'clamp-mtime'", .inner = PCS_IN_EPOCH },
	{ "use", PCS_TYPE_WORD, PCS_IN_EPOCH, WHOLE(staging.epoch_use, EPOCH_USE), .value = "honor",
	  .expected = "honor, ignore or require",
	  .words = WORDS([PCS_EPOCH_HONOR] = "honor", [PCS_EPOCH_IGNORE] = "ignore",
			 [PCS_EPOCH_REQUIRE] = "require") },
	{ "clamp-mtime", PCS_TYPE_BOOL, PCS_IN_EPOCH, WHOLE(staging.clamp_mtime, CLAMP_MTIME),
	  .value = "false", .expected = "true or false" },
	{ "trees", PCS_TYPE_TREES, PCS_IN_TOP, WHOLE(tree_items, TREES), .flags = PCS_KEY_ADDS,
	  .value = "[]", .expected = "a list of trees", .max = 256, .inner = PCS_IN_TREE },
	{ "staging", PCS_TYPE_MAPPING, PCS_IN_TOP,
	  .expected = "a mapping with 'strip-dir', 'prepend-dir' or 'extra'",
	  .inner = PCS_IN_STAGING },
	{ "strip-dir", PCS_TYPE_DIR, PCS_IN_STAGING, WHOLE(staging.strip_dir, STRIP_DIR),
	  .value = "auto", .expected = "auto, none or an absolute path",
	  .words = WORDS("auto", "none") },
	{ "prepend-dir", PCS_TYPE_DIR, PCS_IN_STAGING, WHOLE(staging.prepend_dir, PREPEND_DIR),
	  .value = "/", .expected = "an absolute path" },
	{ "extra", PCS_TYPE_WORD, PCS_IN_STAGING, WHOLE(staging.extra, EXTRA), .value = "fix",
	  .expected = "fix, remove, keep or fail",
	  .words = WORDS([PCS_EXTRA_FIX] = "fix", [PCS_EXTRA_REMOVE] = "remove",
			 [PCS_EXTRA_KEEP] = "keep", [PCS_EXTRA_FAIL] = "fail") },
	{ "rules", PCS_TYPE_RULES, PCS_IN_TOP, WHOLE(rules, RULES), .flags = PCS_KEY_ADDS,
	  .value = "[]", .expected = "a list of rules", .max = 4096, .inner = PCS_IN_RULE },
	{ "match", PCS_TYPE_MATCH, PCS_IN_RULE, FIELD(pcs_rule, match, origin),
	  .flags = PCS_KEY_NEEDED, .expected = "a path pattern" },
	{ "regex", PCS_TYPE_REGEX, PCS_IN_RULE, FIELD(pcs_rule, pattern, origin),
	  .flags = PCS_KEY_NEEDED, .expected = "a regular expression" },
	{ "package", PCS_TYPE_PACKAGE, PCS_IN_RULE, FIELD(pcs_rule, package, origin),
	  .flags = PCS_KEY_NEEDED, .expected = "the name of a package; * and ? may stand in it" },
	{ "size-over", PCS_TYPE_SIZE_OVER, PCS_IN_RULE, FIELD(pcs_rule, size_over, origin),
	  .flags = PCS_KEY_NEEDED, .max = 1024 * GiB,
	  .expected = "a size up to 1024GiB, in bytes or with KiB, MiB or GiB" },
	{ "name", PCS_TYPE_NAME, PCS_IN_RULE, FIELD(pcs_rule, name, origin), .flags = PCS_KEY_LEADS,
	  .expected = "up to 64 letters, digits, '.', '_' and '-'" },
	{ "compile", PCS_TYPE_BOOL, IN_SOURCES, SETTING(compile, COMPILE), .value = "true",
	  .expected = "true or false" },
	{ "optimize", PCS_TYPE_LEVELS, IN_SETTINGS, SETTING(levels, OPTIMIZE),
	  .flags = PCS_KEY_ADDS, .value = "0", .max = 2, .expected = "0, 1, 2 or a list of them" },
	{ "invalidation", PCS_TYPE_WORD, IN_SETTINGS, SETTING(invalidation, INVALIDATION),
	  .value = "auto", .expected = "auto, timestamp, checked-hash or unchecked-hash",
	  .words = WORDS([PCS_INVALIDATION_AUTO] = "auto",
			 [PCS_INVALIDATION_TIMESTAMP] = "timestamp",
			 [PCS_INVALIDATION_CHECKED_HASH] = "checked-hash",
			 [PCS_INVALIDATION_UNCHECKED_HASH] = "unchecked-hash") },
	{ "reproducible", PCS_TYPE_BOOL, IN_SETTINGS, SETTING(reproducible, REPRODUCIBLE),
	  .flags = PCS_KEY_STRICT, .value = "false", .expected = "true or false" },
	{ "hardlink-dupes", PCS_TYPE_BOOL, IN_SETTINGS, SETTING(hardlink_dupes, HARDLINK_DUPES),
	  .value = "true", .expected = "true or false" },
	{ "on-error", PCS_TYPE_WORD, IN_SETTINGS, SETTING(on_error, ON_ERROR),
	  .flags = PCS_KEY_STRICT, .value = "warn", .expected = "warn or fail",
	  .words = WORDS([PCS_ON_ERROR_WARN] = "warn", [PCS_ON_ERROR_FAIL] = "fail") },
	{ "warnings", PCS_TYPE_WORD, IN_SETTINGS, SETTING(warnings, WARNINGS), .value = "ignore",
	  .expected = "ignore, show or error",
	  .words = WORDS([PCS_WARNINGS_IGNORE] = "ignore", [PCS_WARNINGS_SHOW] = "show",
			 [PCS_WARNINGS_ERROR] = "error") },
	{ "owned", PCS_TYPE_WORD, IN_SETTINGS, SETTING(owned, OWNED), .value = "leave",
	  .expected = "leave or complete",
	  .words = WORDS([PCS_WHERE_OWNED_LEAVE] = "leave", [PCS_WHERE_OWNED_COMPLETE] =
								    "complete") },
	{ "limits", PCS_TYPE_MAPPING, IN_SETTINGS,
	  .expected = "a mapping with 'seconds', 'memory' or 'total'", .inner = PCS_IN_LIMITS },
	{ "seconds", PCS_TYPE_NUMBER, PCS_IN_LIMITS, SETTING(seconds, SECONDS), .value = "60",
	  .min = 1, .max = 24 * 60 * 60, .expected = "a number from 1 to 86400" },
	{ "memory", PCS_TYPE_SIZE, PCS_IN_LIMITS, SETTING(memory, MEMORY), .value = "1GiB",
	  .min = 64 * MiB, .max = 1024 * GiB,
	  .expected = "a size from 64MiB to 1024GiB, in bytes or with KiB, MiB or GiB" },
	{ "total", PCS_TYPE_NUMBER, PCS_IN_LIMITS, SETTING(total, TOTAL), .value = "0",
	  .max = 7 * 24 * 60 * 60, .expected = "a number from 0 to 604800" },
	{ "disable-rules", PCS_TYPE_NAMES, PCS_IN_TOP, WHOLE(disabled, DISABLED),
	  .flags = PCS_KEY_ADDS, .value = "[]", .max = 256,
	  .expected = "a list of names of rules" },
	{ "keep-caches", PCS_TYPE_VERSIONS, PCS_IN_TOP, WHOLE(keep, KEEP), .flags = PCS_KEY_ADDS,
	  .value = "[]", .max = 64, .expected = "a list of versions" },
	{ "pycache-prefix", PCS_TYPE_PREFIX, PCS_IN_TOP, WHOLE(prefix, PREFIX), .value = "none",
	  .expected = "an absolute path or none", .words = WORDS("none") },
	{ "store", PCS_TYPE_STORE, PCS_IN_TOP,
	  .origin = offsetof(struct pcs_policy, origins[PCS_WHOLE_STORE]), .value = "none",
	  .expected = "none or a mapping with 'path'", .words = WORDS("none"),
	  .inner = PCS_IN_STORE },
	{ "path", PCS_TYPE_DIR, PCS_IN_STORE, WHOLE(store.path, STORE_PATH),
	  .flags = PCS_KEY_NEEDED, .expected = "an absolute path" },
	{ "size", PCS_TYPE_SIZE, PCS_IN_STORE, WHOLE(store.size, STORE_SIZE), .min = MiB,
	  .max = 1024 * GiB,
	  .expected = "a size from 1MiB to 1024GiB, in bytes or with KiB, MiB or GiB" },
	{ "read", PCS_TYPE_DIRS, PCS_IN_STORE, WHOLE(store.read, STORE_READ),
	  .expected = "a list of absolute paths", .max = 16 },
};

_Static_assert(PCS_ARRAY_SIZE(rows) <= PCS_KEYS_MAX, "PCS_KEYS_MAX is too small");

size_t pcs_key_index(const struct pcs_key_row *row)
{
	return (size_t)(row - rows);
}

const struct pcs_key_row *pcs_key_next(const struct pcs_key_row *row, unsigned places)
{
	for (row = row ? row + 1 : rows; row < rows + PCS_ARRAY_SIZE(rows); row++)
		if (row->places & places)
			return row;
	return NULL;
}

const struct pcs_key_row *pcs_key_find(const char *name, size_t len, enum pcs_place place)
{
	PCS_EACH_KEY(row, place)
		if (strlen(row->name) == len && memcmp(row->name, name, len) == 0)
			return row;
	return NULL;
}

const struct pcs_key_row *pcs_key_of(enum pcs_key key)
{
	PCS_EACH_KEY(row, PCS_IN_TREE | PCS_IN_LIMITS)
		if (row->setting == 1u << key)
			return row;
	return NULL; /* never: a unit test looks for every key */
}

const char *pcs_place_name(enum pcs_place place)
{
	switch (place) {
	case PCS_IN_TOP:
		return "the top level";
	case PCS_IN_DEFAULTS:
		return "'defaults'";
	case PCS_IN_LIMITS:
		return "'limits'";
	case PCS_IN_STAGING:
		return "'staging'";
	case PCS_IN_EPOCH:
		return "'source-date-epoch'";
	case PCS_IN_INTERPRETERS:
		return "'interpreters'";
	case PCS_IN_STORE:
		return "'store'";
	case PCS_IN_RULE:
		return "a rule";
	default:
		return "a tree";
	}
}
