/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

/* What fixes a finding where it lies. */
enum pcs_fix {
	PCS_FIX_OF_CODE, /* of a finding: that of its code */
	PCS_FIX_SYNC,
	PCS_FIX_CLEAN,
	PCS_FIX_ANEW,   /* rm, then sync: what it may take for right, or leaves alone */
	PCS_FIX_REMOVE, /* rm, as it is not pycsync's to remove */
	PCS_FIX_CLOSE,  /* chmod */
	PCS_FIX_GIVE,   /* chown to whom the directory above belongs, and chmod */
	PCS_FIX_POLICY, /* the package, or the policy, decides */
	PCS_FIX_SOURCE, /* the source has to be repaired first */
	PCS_FIX_ARCHIVE,
	PCS_FIX_NOTHING,
};

/*
 * What can be found, one row each: the code is PCS_FOUND_ with that name, then come its stable
 * name, severity, what fixes it, and the text for people.
 */
#define PCS_FINDINGS(X)                                                                            \
	X(MISSING, "missing", WARNING, SYNC, "the source has no pyc for the interpreter")          \
	X(LEVEL_MISSING, "level-missing", WARNING, SYNC,                                           \
	  "one of the optimization levels is not there")                                           \
	X(OWNED_MISSING, "owned-missing", WARNING, POLICY,                                         \
	  "a package owns bytecode of the source, and has none for the interpreter")               \
	X(STALE_MTIME, "stale-mtime", WARNING, SYNC,                                               \
	  "the source has another mtime than the pyc records")                                     \
	X(STALE_SIZE, "stale-size", WARNING, SYNC,                                                 \
	  "the source has another size than the pyc records")                                      \
	X(STALE_HASH, "stale-hash", ERROR, SYNC,                                                   \
	  "the source has another hash than the pyc records")                                      \
	X(STALE_CONTENT, "stale-content", ERROR, SYNC,                                             \
	  "the source has other bytes than those that the pyc was made of")                        \
	X(STALE_CTIME, "stale-ctime", NOTE, SYNC,                                                  \
	  "the source was changed or copied after the pyc was written")                            \
	X(STALE_UNWANTED, "stale-unwanted", NOTE, NOTHING,                                         \
	  "a pyc that policy does not ask for is out of date")                                     \
	X(EXTRA, "extra", WARNING, SYNC,                                                           \
	  "a pyc that policy does not ask for is in a staging root")                               \
	X(WRONG_MAGIC, "wrong-magic", WARNING, ANEW, "the magic number is not that of the tag")    \
	X(UNKNOWN_TAG, "unknown-tag", WARNING, REMOVE,                                             \
	  "no interpreter that is known has this tag")                                             \
	X(MISPLACED, "misplaced", WARNING, ARCHIVE,                                                \
	  "the pyc is of another interpreter than the one that its directory belongs to")          \
	X(WRONG_MODE, "wrong-mode", WARNING, SYNC,                                                 \
	  "the pyc is in another invalidation mode than policy wants")                             \
	X(MIXED_MODE, "mixed-mode", WARNING, ANEW,                                                 \
	  "the levels of one source are in several invalidation modes")                            \
	X(TRUNCATED, "truncated", ERROR, ANEW, "the pyc ends too early")                           \
	X(DAMAGED, "damaged", ERROR, ANEW, "the pyc cannot be loaded")                             \
	X(CODE_DIFFERS, "code-differs", ERROR, ANEW,                                               \
	  "the code is not what the source compiles to")                                           \
	X(NOT_COMPILING, "not-compiling", NOTE, SOURCE, "the source does not compile")             \
	X(ORPHAN, "orphan", WARNING, CLEAN, "the pyc has no source")                               \
	X(ORPHAN_DIRECTORY, "orphan-directory", WARNING, CLEAN,                                    \
	  "the __pycache__ holds nothing of a source that is there")                               \
	X(LEAKING_PATH, "leaking-path", WARNING, ANEW,                                             \
	  "the recorded path shows where the pyc was built")                                       \
	X(WRONG_PATH, "wrong-path", WARNING, ANEW, "the recorded path is not where the source is") \
	X(NON_CANONICAL, "non-canonical", WARNING, ANEW, "the code is not in its canonical form")  \
	X(LINK_BROKEN, "link-broken", WARNING, ANEW, "a hard link of two levels is not there")     \
	X(LINK_WRONG, "link-wrong", ERROR, ANEW, "the pyc is a hard link to something else")       \
	X(WRONG_PERMISSIONS, "wrong-permissions", WARNING, ANEW,                                   \
	  "the permissions are not those of the source")                                           \
	X(WRONG_OWNER, "wrong-owner", WARNING, ANEW, "owner or group are not those of the source") \
	X(SYMLINKED_CACHE, "symlinked-cache", ERROR, ANEW, "__pycache__ is not a directory")       \
	X(EXPOSED_CACHE, "exposed-cache", ERROR, CLOSE,                                            \
	  "others than root may write to the __pycache__ of a directory of root's")                \
	X(WRITABLE_CACHE, "writable-cache", WARNING, CLOSE,                                        \
	  "others than the owner of the directory may write to its __pycache__")                   \
	X(NO_FILE, "no-file", ERROR, ANEW,                                                         \
	  "something that is not a regular file has the name of a pyc")                            \
	X(TEMPORARY, "temporary", WARNING, REMOVE, "a temporary file was left over")               \
	X(LEGACY_SHADOW, "legacy-shadow", ERROR, REMOVE,                                           \
	  "a pyc outside of __pycache__ stands in for a source")                                   \
	X(LEGACY_UNUSED, "legacy-unused", NOTE, NOTHING,                                           \
	  "a pyc outside of __pycache__ is passed over by Python")                                 \
	X(SOURCELESS, "sourceless", NOTE, NOTHING,                                                 \
	  "a pyc outside of __pycache__, without a source")                                        \
	X(NOT_EXAMINED, "not-examined", ERROR, NOTHING, "it could not be examined")                \
	X(TOO_LARGE, "too-large", WARNING, NOTHING, "it is larger than what is looked into")       \
	X(ARCHIVE_ESCAPE, "archive-escape", ERROR, ARCHIVE,                                        \
	  "a member's path or link leads out of the package")                                      \
	X(ARCHIVE_DUPLICATE, "archive-duplicate", WARNING, ARCHIVE,                                \
	  "a path is in the archive more than once")                                               \
	X(ARCHIVE_DAMAGED, "archive-damaged", ERROR, ARCHIVE,                                      \
	  "the archive cannot be read to its end")                                                 \
	X(ARCHIVE_LIMIT, "archive-limit", ERROR, ARCHIVE,                                          \
	  "the archive goes beyond what is examined")

enum pcs_finding_code {
#define CODE(code, ...) PCS_FOUND_##code,
	PCS_FINDINGS(CODE) PCS_FOUND_CODES,
#undef CODE
};

struct pcs_code_info {
	const char *name; /* stable: "stale-mtime" */
	enum pcs_severity severity;
	enum pcs_fix fix;
	const char *text; /* for people */
};

/* What fixes it where it is a symbolic link, and PCS_FIX_OF_CODE where that is nothing else. */
enum pcs_fix pcs_fix_of_link(enum pcs_finding_code code);

/* The one entry of a code; never NULL. */
const struct pcs_code_info *pcs_code_info(enum pcs_finding_code code);

/* The code of that name, or PCS_FOUND_CODES. */
enum pcs_finding_code pcs_code_named(const char *name);
const char *pcs_severity_name(enum pcs_severity severity);

/* Whom to ask for a fix. */
enum pcs_owned_as {
	PCS_NOBODYS,
	PCS_OWNED_ITSELF, /* a package owns it, or may */
	PCS_OWNED_BESIDE, /* a package owns other bytecode of the source, which is left alone then
			   */
};

struct pcs_finding {
	const char *path;     /* what it is about: a source, a pyc, a directory, an archive */
	const char *source;   /* "" where there is none */
	const char *version;  /* "3.11", or "" */
	const char *found;    /* "" where there is nothing to say */
	const char *expected; /* the same */
	const char *archive;  /* the package's file, or "" for what is installed */
	uint8_t code;         /* enum pcs_finding_code */
	uint8_t level;        /* 0 to 2, or PCS_LEVEL_OTHER */
	uint8_t owned;        /* enum pcs_owned_as */
	uint8_t fix;          /* enum pcs_fix */
	bool directory;       /* `path` is one, where it should be a file */
};

struct pcs_findings {
	struct pcs_finding *list;
	size_t n, cap;
	size_t sources, pycs; /* how many were looked at */
	struct pcs_arena strings;
};

/* Add a finding; its strings are copied, of `found` and `expected` no more than people read. 0 or
 * -ENOMEM. */
int pcs_findings_add(struct pcs_findings *to, const struct pcs_finding *f);

/* Add that something could not be examined, and why; `archive` and `version` may be "". 0 or
 * -ENOMEM. */
int pcs_findings_add_unexamined(struct pcs_findings *to, const char *archive, const char *path,
				const char *version, const char *why);

/* Move all of `from` to `to`. 0 or -ENOMEM. */
int pcs_findings_join(struct pcs_findings *to, struct pcs_findings *from);

/* Sort by code and path, and drop what is there twice. */
void pcs_findings_sort(struct pcs_findings *f);
void pcs_findings_done(struct pcs_findings *f);
