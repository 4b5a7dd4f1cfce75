#pragma once
/* What verification can find, and the list of what it found. */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum pcs_severity {
	PCS_NOTE,    /* harmless: for who wants to know */
	PCS_WARNING, /* not as policy wants it, or slow */
	PCS_ERROR,   /* Python runs other code than the source's, or fails */
	PCS_SEVERITIES,
};

enum pcs_finding_code {
	PCS_FOUND_MISSING,
	PCS_FOUND_LEVEL_MISSING,
	PCS_FOUND_STALE_MTIME,
	PCS_FOUND_STALE_SIZE,
	PCS_FOUND_STALE_HASH,
	PCS_FOUND_STALE_CTIME,
	PCS_FOUND_STALE_UNWANTED,
	PCS_FOUND_WRONG_MAGIC,
	PCS_FOUND_UNKNOWN_TAG,
	PCS_FOUND_WRONG_MODE,
	PCS_FOUND_MIXED_MODE,
	PCS_FOUND_TRUNCATED,
	PCS_FOUND_DAMAGED,
	PCS_FOUND_CODE_DIFFERS,
	PCS_FOUND_NOT_COMPILING,
	PCS_FOUND_ORPHAN,
	PCS_FOUND_ORPHAN_DIRECTORY,
	PCS_FOUND_LEAKING_PATH,
	PCS_FOUND_WRONG_PATH,
	PCS_FOUND_NON_CANONICAL,
	PCS_FOUND_LINK_BROKEN,
	PCS_FOUND_LINK_WRONG,
	PCS_FOUND_WRONG_PERMISSIONS,
	PCS_FOUND_WRONG_OWNER,
	PCS_FOUND_SYMLINKED_CACHE,
	PCS_FOUND_NO_FILE,
	PCS_FOUND_TEMPORARY,
	PCS_FOUND_LEGACY_SHADOW,
	PCS_FOUND_SOURCELESS,
	PCS_FOUND_UNREADABLE,
	PCS_FOUND_TOO_LARGE,
	PCS_FOUND_ARCHIVE_ESCAPE,
	PCS_FOUND_ARCHIVE_DUPLICATE,
	PCS_FOUND_ARCHIVE_DAMAGED,
	PCS_FOUND_ARCHIVE_LIMIT,
	PCS_FOUND_CODES,
};

/* What mends a finding where it lies. */
enum pcs_mend {
	PCS_MEND_SYNC,
	PCS_MEND_CLEAN,
	PCS_MEND_ANEW,   /* clean --all, then sync */
	PCS_MEND_REMOVE, /* rm, as it is not pycsync's to remove */
	PCS_MEND_SOURCE, /* the source has to be repaired first */
	PCS_MEND_ARCHIVE,
	PCS_MEND_NOTHING,
};

struct pcs_code_info {
	const char *name; /* stable: "stale-mtime" */
	enum pcs_severity severity;
	enum pcs_mend mend;
	const char *text; /* for people */
};

/* The one entry of a code; never NULL. */
const struct pcs_code_info *pcs_code_info(enum pcs_finding_code code);

/* The code of that name, or PCS_FOUND_CODES. */
enum pcs_finding_code pcs_code_named(const char *name);
const char *pcs_severity_name(enum pcs_severity severity);

struct pcs_finding {
	const char *path;     /* what it is about: a source, a pyc, a directory, an archive */
	const char *source;   /* "" where there is none */
	const char *version;  /* "3.11", or "" */
	const char *found;    /* "" where there is nothing to say */
	const char *expected; /* the same */
	const char *archive;  /* the package's file, or "" for what is installed */
	uint8_t code;         /* enum pcs_finding_code */
	uint8_t level;        /* 0 to 2, or PCS_LEVEL_OTHER */
	bool owned;           /* a package owns it: that has to be mended */
};

struct pcs_findings {
	struct pcs_finding *list;
	size_t n, cap;
	size_t sources, pycs; /* how many were looked at */
	struct pcs_arena strings;
};

/* Add a finding; its strings are copied. 0 or -ENOMEM. */
int pcs_findings_add(struct pcs_findings *to, const struct pcs_finding *f);

/* Move all of `from` to `to`. 0 or -ENOMEM. */
int pcs_findings_join(struct pcs_findings *to, struct pcs_findings *from);

/* Sort by code and path, and drop what is there twice. */
void pcs_findings_sort(struct pcs_findings *f);
void pcs_findings_done(struct pcs_findings *f);
