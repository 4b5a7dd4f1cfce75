/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a policy says of one source and of staging roots, and where it says so: plain values. */

#include <stdbool.h>
#include <stdint.h>

enum pcs_invalidation {
	PCS_INVALIDATION_AUTO, /* timestamp, and checked-hash in a staging with a fixed epoch */
	PCS_INVALIDATION_TIMESTAMP,
	PCS_INVALIDATION_CHECKED_HASH,
	PCS_INVALIDATION_UNCHECKED_HASH,
};

enum pcs_on_error {
	PCS_ON_ERROR_WARN, /* a trigger succeeds although a source failed */
	PCS_ON_ERROR_FAIL,
};

enum pcs_warnings {
	PCS_WARNINGS_IGNORE,
	PCS_WARNINGS_SHOW,
	PCS_WARNINGS_ERROR, /* a source that CPython warns of fails */
};

enum pcs_where_owned {
	PCS_WHERE_OWNED_LEAVE,    /* of which a package owns any bytecode, none is made */
	PCS_WHERE_OWNED_COMPLETE, /* what the package does not own is made beside it */
};

enum pcs_epoch_use {
	PCS_EPOCH_HONOR, /* SOURCE_DATE_EPOCH counts where it is set */
	PCS_EPOCH_IGNORE,
	PCS_EPOCH_REQUIRE, /* a staging without it is an error */
};

/* What becomes of pycs that are in a staging root and that nobody asked for. */
enum pcs_extra {
	PCS_EXTRA_FIX, /* they are made right, or removed where they cannot be */
	PCS_EXTRA_REMOVE,
	PCS_EXTRA_KEEP,
	PCS_EXTRA_FAIL,
};

/* The place in a file that decided something. */
struct pcs_origin {
	uint32_t layer; /* see pcs_policy_layer() */
	uint32_t line;  /* from 1; 0: built into the program, no line has it */
	uint32_t column;
};

/* What applies to one source. Compared by pcs_settings_equal(). */
struct pcs_settings {
	bool compile;         /* false: the source is left alone */
	uint8_t levels;       /* optimization levels: bit N set for level N, 0 to 2 */
	uint8_t on_error;     /* enum pcs_on_error */
	uint8_t invalidation; /* enum pcs_invalidation */
	uint32_t seconds;     /* wall-clock limit of one compilation */
	uint64_t memory;      /* limit of the worker's address space, in bytes */
	uint8_t warnings;     /* enum pcs_warnings */
	bool reproducible;    /* canonical bytes */
	bool hardlink_dupes;  /* levels with equal bytes are one inode */
	uint32_t total;       /* wall-clock limit of a run, beyond which it is not begun; 0: none */
	uint8_t owned;        /* enum pcs_where_owned */
	/* No setting: a rule of which nobody knows whether it fits, as its expression hits a limit;
	 * line 0: there is none. Then `compile` is false, and the source is to be named. */
	struct pcs_origin undecided;
	bool insists; /* no setting either: that bytes are canonical was said, and is no default */
};

/* The settings that a tree or a rule can have, each on its own. */
enum pcs_key {
	PCS_KEY_COMPILE,
	PCS_KEY_OPTIMIZE,
	PCS_KEY_INVALIDATION,
	PCS_KEY_REPRODUCIBLE,
	PCS_KEY_HARDLINK_DUPES,
	PCS_KEY_ON_ERROR,
	PCS_KEY_WARNINGS,
	PCS_KEY_OWNED,
	PCS_KEY_SECONDS,
	PCS_KEY_MEMORY,
	PCS_KEY_TOTAL,
	PCS_N_KEYS,
};

/* What a policy says of staging roots alone. Strings are owned by the policy. */
struct pcs_staging {
	const char *strip_dir;   /* an absolute path, "auto" or "none" */
	const char *prepend_dir; /* an absolute path */
	uint8_t epoch_use;       /* enum pcs_epoch_use */
	bool clamp_mtime;
	uint8_t extra; /* enum pcs_extra */
};

enum { PCS_STORE_SIZE = 1 << 30 }; /* bytes, where nothing is said */

/* Where code is kept by content (store/store.h). Strings are owned by the policy. */
struct pcs_storing {
	const char *path;        /* absolute; NULL: nowhere */
	const char *const *read; /* absolute paths, NULL-terminated */
	uint64_t size;           /* bytes */
};

/* The keys that have one value and one origin for the whole policy. */
enum pcs_whole {
	PCS_WHOLE_TREES,
	PCS_WHOLE_RULES,
	PCS_WHOLE_DISABLED,
	PCS_WHOLE_KEEP,
	PCS_WHOLE_PREFIX,
	PCS_WHOLE_EPOCH_USE,
	PCS_WHOLE_CLAMP_MTIME,
	PCS_WHOLE_STRIP_DIR,
	PCS_WHOLE_PREPEND_DIR,
	PCS_WHOLE_EXTRA,
	PCS_WHOLE_STORE,
	PCS_WHOLE_STORE_PATH,
	PCS_WHOLE_STORE_SIZE,
	PCS_WHOLE_STORE_READ,
	PCS_N_WHOLE,
};
