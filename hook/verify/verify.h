#pragma once
/*
 * Verification: a system, a root or a package is looked at, and nothing is changed. Facts come from
 * a tree (verify_tree) or from an archive (verify_archive), the judgement is in judge.
 */

#include "verify/finding.h"
#include "verify/judge.h"
#include "tree/site.h"

struct pcs_changes;
struct pcs_interps;

enum pcs_verify_flags {
	PCS_VERIFY_DEEP = 1 << 0,     /* compile each source anew and compare the code */
	PCS_VERIFY_LINKS = 1 << 1,    /* levels that are the same are to be one file */
	PCS_VERIFY_IN_TREES = 1 << 2, /* what is listed outside the policy's trees is passed over */
	PCS_VERIFY_ANY_VERSION =
		1 << 3, /* others than the versions that are served are no strangers */
};

enum {
	PCS_PYC_MAX = 32 << 20, /* pycs that are larger are not looked into */
	PCS_TRIED_MAX = 500,    /* see pcs_verify_compile() */
};

/* A source that is to be compiled, to see whether it does, or whether it is what the pycs hold. */
struct pcs_trial {
	char *path;             /* inside the root, or of the package */
	char *recorded;         /* the name to compile under, or NULL for the path */
	char *pyc[PCS_LEVELS];  /* paths of those to compare with, or NULL */
	char *source;           /* its content, where it is not to be read from the root; or NULL */
	char *code[PCS_LEVELS]; /* the same of the bodies to compare with */
	size_t source_len, code_len[PCS_LEVELS];
	const char *archive; /* the package's file, or "" */
	uint8_t interp;
	bool refused; /* it does not compile */
};

struct pcs_verify {
	const struct pcs_site *site;
	const struct pcs_interps
		*known; /* those of the system, whether policy serves them or not */
	unsigned flags; /* enum pcs_verify_flags */
	unsigned jobs;  /* threads, and workers, at a time */
	struct pcs_findings found;
	struct pcs_trial *trials;
	size_t n_trials, cap_trials;
};
void pcs_verify_done(struct pcs_verify *v);

/* Look at all changes. 0, -PCS_ESIGNAL or -ENOMEM. */
int pcs_verify_changes(struct pcs_verify *v, struct pcs_changes *changes);

/* Look at a package, a file of the host. What is wrong with the archive is a finding. 0 or a
 * negative code, with words in `ret_why` (appended) where it is no archive at all. */
int pcs_verify_archive(struct pcs_verify *v, const char *file, struct pcs_buf *ret_why);

/*
 * Compile what was noted down for it: with PCS_VERIFY_DEEP the sources of fresh pycs, and sources
 * that have no pyc, which is no fault where they do not compile. The latter are left out when there
 * are more than PCS_TRIED_MAX of them: then nobody compiled there at all. 0, -PCS_ESIGNAL or
 * -ENOMEM.
 */
int pcs_verify_compile(struct pcs_verify *v);

/* --- between the parts of verification ------------------------------------------------------- */

/* What one thread finds, and its scratch memory. */
struct pcs_verify_part {
	struct pcs_verify *verify;
	struct pcs_findings found;
	struct pcs_trial *trials;
	size_t n_trials, cap_trials;
	struct pcs_seen *seen;
	size_t n_seen, cap_seen;
	struct pcs_peek peek;
	struct pcs_buf source, body, other, path, words;
	struct pcs_arena strings; /* of the facts at hand */
};
void pcs_verify_part_done(struct pcs_verify_part *p);

/* Hand over what a part found. 0 or -ENOMEM. */
int pcs_verify_join(struct pcs_verify *v, struct pcs_verify_part *p);

/* Room for one more pyc, zeroed, or NULL. */
struct pcs_seen *pcs_verify_seen(struct pcs_verify_part *p);

/* Fill in what is known of the tag of a pyc. `any` takes versions that are not on the system, too.
 */
void pcs_verify_tag(const struct pcs_verify *v, bool any, struct pcs_seen *c, unsigned *ret_minor);

/* The version, of all that are known, that a magic number belongs to. */
bool pcs_verify_magic(const struct pcs_verify *v, uint32_t magic, unsigned *ret_minor);

/* Take header and body of a pyc apart. The recorded path is left to the caller, in p->peek. */
void pcs_verify_content(struct pcs_verify_part *p, struct pcs_seen *c, const char *data, size_t len,
			unsigned minor);

/* Whether a whole pyc is in its canonical form, or has none. */
bool pcs_verify_is_canonical(struct pcs_verify_part *p, const char *data, size_t len);

/* Compare a recorded name with the path it should be. Pure. */
enum pcs_seen_recorded pcs_verify_recorded(const char *recorded, const char *path);

/* Whether a path is below one where packages are built: no installed source lies there. Pure. */
bool pcs_verify_is_build_place(const char *path);

/* Note of the pycs in p->seen which are a lower level's once more, in a file of their own, where
 * that is not wanted. `same` compares two of the same size. */
typedef bool pcs_verify_same(void *ctx, const struct pcs_seen *a, const struct pcs_seen *b);
void pcs_verify_links(struct pcs_verify_part *p, const struct pcs_expect *e, pcs_verify_same *same,
		      void *ctx);

/* What a verdict is about, for pcs_verify_note(). */
struct pcs_about {
	const struct pcs_source_facts *facts;
	const struct pcs_expect *expect;
	const char *source;  /* path, "" where there is none */
	const char *dir;     /* where the pyc lies */
	const char *archive; /* "" */
};

/* Turn a verdict into a finding. 0 or -ENOMEM. */
int pcs_verify_note(struct pcs_verify_part *p, const struct pcs_about *s,
		    const struct pcs_verdict *v);

/* Add a finding that needs no verdict. 0 or -ENOMEM. */
int pcs_verify_add(struct pcs_verify_part *p, enum pcs_finding_code code, const char *archive,
		   const char *path, const char *found);

/* Whether a name in a __pycache__ is that of a temporary: ours, the importer's, or a package
 * manager's. */
bool pcs_verify_is_temporary(const char *name);

/* Append a trial. NULL when memory is out. */
struct pcs_trial *pcs_verify_trial(struct pcs_verify_part *p, const char *path, unsigned interp);
