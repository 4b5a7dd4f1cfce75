/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What is wrong with the pycs of one source: facts in, verdicts out. Pure, as the plan is: no
 * system call, no memory. A tree and a package yield the same kind of facts.
 */

#include "verify/finding.h"
#include "pyc/peek.h"
#include "tree/facts.h"
#include "tree/wants.h"

/* How a pyc could be looked at. */
enum pcs_seen_as {
	PCS_SEEN_FILE,
	PCS_SEEN_NO_FILE, /* a link, a FIFO, a directory */
	PCS_SEEN_UNREADABLE,
	PCS_SEEN_TOO_LARGE,
	PCS_SEEN_ELSEWHERE, /* a link out of the package */
};

enum pcs_seen_recorded {
	PCS_RECORDED_UNKNOWN,
	PCS_RECORDED_RIGHT,
	PCS_RECORDED_ELSEWHERE,
	PCS_RECORDED_LEAKS, /* below the place where it was built */
};

enum pcs_seen_link {
	PCS_LINKED_WELL,   /* or not at all */
	PCS_LINKED_WRONG,  /* to the pyc of something else */
	PCS_LINKED_BROKEN, /* its target is not there */
	PCS_LINK_LACKING,  /* the same as the level below it, in a file of its own */
};

/* One pyc. */
struct pcs_seen {
	const char *name;             /* in its directory */
	struct pcs_pyc_name parsed;   /* tag NULL: a pyc outside of __pycache__ */
	uint32_t tag_magic;           /* of the interpreter with that tag; 0: none is known */
	unsigned minor;               /* of the tag, or of the magic number of one without */
	struct pcs_pyc_header header; /* where `whole` */
	uint64_t size;
	struct timespec written; /* see pcs_written() */
	mode_t mode;
	uid_t uid;
	gid_t gid;
	dev_t dev;
	ino_t ino; /* in a package: which of its members */
	nlink_t links;
	uint64_t content; /* a hash of the whole file, where it was asked for; else 0 */
	bool tag_known;   /* there is an interpreter with that tag */
	bool linked;      /* a symbolic link; the rest is of what it leads to */
	bool foreign;     /* no pyc by its first bytes, so that no command removes it */
	bool whole;       /* the 16 bytes of the header are there and make sense */
	uint8_t as;       /* enum pcs_seen_as */
	uint8_t body;     /* enum pcs_body */
	uint8_t hash;     /* enum pcs_hash_state */
	uint8_t recorded; /* enum pcs_seen_recorded */
	uint8_t link;     /* enum pcs_seen_link */
	bool proven;      /* memory proves that the source has the bytes it was made of */
	bool changed;     /* or that it has others */
	bool shuffled;    /* not in the canonical form, which policy wants */
	int error;        /* PCS_SEEN_UNREADABLE: why */
	const char *kept; /* its bytes, where a package's are kept for compilation; or NULL */
	size_t kept_len;
	const char
		*recorded_path; /* what it records, where that is not the source's path; or NULL */
	const char *link_path;  /* where `link` is not as it should be; NULL or bytes */
};

enum pcs_expect_flags {
	PCS_EXPECT_ANY_MODE = 1 << 0,  /* whichever, if only the same for all levels */
	PCS_EXPECT_ALL = 1 << 1,       /* each pyc is there on purpose, wanted or not */
	PCS_EXPECT_NO_CTIME = 1 << 2,  /* ctimes tell nothing */
	PCS_EXPECT_NO_TIMES = 1 << 3,  /* mtime and size of the source are not known */
	PCS_EXPECT_OWNED = 1 << 4,     /* a package's: right as it was shipped */
	PCS_EXPECT_NO_ACCESS = 1 << 5, /* permissions and owner tell nothing */
	PCS_EXPECT_NO_EXTRA = 1 << 6,  /* what nobody asks for is not there */
	PCS_EXPECT_LEVELS = 1 << 7,    /* each level that is there is as if it were asked for */
};

struct pcs_expect {
	const struct pcs_want *wants;
	size_t n;
	unsigned flags; /* enum pcs_expect_flags */
	unsigned slack; /* seconds that an mtime may differ: what the archive's format cannot tell
			 */
};

struct pcs_verdict {
	uint8_t code;                /* enum pcs_finding_code */
	uint8_t level;               /* of what is missing, else PCS_LEVEL_OTHER */
	const struct pcs_want *want; /* of what is missing, else NULL */
	const struct pcs_seen *seen; /* the pyc spoken of, or NULL where there is none */
};
enum { PCS_VERDICTS_MAX = 512 };

/* Whether a pyc is one that the want asks for. */
bool pcs_expects(const struct pcs_expect *e, const struct pcs_want *want,
		 const struct pcs_pyc_name *name);

/* Judge. Writes at most `max` verdicts and returns how many there are. */
size_t pcs_judge_source(const struct pcs_source_facts *f, const struct pcs_seen *seen,
			size_t n_seen, const struct pcs_expect *e, struct pcs_verdict *ret,
			size_t max);

/* The same for a pyc outside of __pycache__. `beside`: see pcs_beside(). */
size_t pcs_judge_legacy(const struct pcs_seen *seen, unsigned beside, struct pcs_verdict *ret,
			size_t max);

/* Whether any verdict comes of a ctime alone, which proves nothing. */
bool pcs_verdicts_doubt(const struct pcs_verdict *v, size_t n);

/* Whether any verdict is worse than a note. */
bool pcs_verdicts_grave(const struct pcs_verdict *v, size_t n);

/* Whether the importer takes the code of a pyc in __pycache__, as far as its header and form tell:
 * whatever else is said of it, that code is what runs. */
bool pcs_judge_loads(const struct pcs_source_facts *f, const struct pcs_seen *c,
		     const struct pcs_expect *e);
