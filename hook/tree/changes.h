/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Which paths to look at: from argv, a list on standard input or a manager's list, once each. */

#include <stdbool.h>

#include "base/buf.h"
#include "base/map.h"

enum pcs_change_flags {
	PCS_CHANGES_TRIGGER = 1 << 0, /* a manager's list: directories in it are not walked */
	PCS_CHANGES_NUL = 1 << 1,     /* a list's items end in NUL instead of newline */
	PCS_CHANGES_STAGED = 1 << 2,  /* of a staging root: a pyc with an odd name in a __pycache__
					 speaks for the source that it begins with */
};

/* Sources of one directory. */
struct pcs_change_dir {
	char *path;        /* inside the root, normalised */
	size_t follow_len; /* of `path`: how much may pass through symbolic links */
	char **names;      /* malloc'ed each: "mod.py", sorted and unique once all is finished:
			      see distinct.h */
	size_t n, cap;
	bool whole_cache; /* its __pycache__ was named: all that has an entry there */
	bool marked;      /* it is looked at wherever it is: a run did not finish it */
	bool listed;      /* not only a run that did not finish speaks of it */
	const char *real; /* once finished: without symbolic links, as far as it is there */
};

/* A path that could not be looked at. */
struct pcs_change_failure {
	char *path;
	int error;
};

/* A directory to walk with all that is below. */
struct pcs_walk {
	char *path;
	dev_t dev;
	ino_t ino;
	const char *real; /* as above */
	bool former;      /* a tree that the policy had */
	bool left;        /* a tree that is not walked; none is left once finished */
	bool barred;      /* root does not follow the way there: nothing else is left to it */
};

struct pcs_changes {
	const struct pcs_root *root;
	unsigned flags;
	struct pcs_change_dir *dirs; /* sorted by path */
	size_t n_dirs, cap_dirs;
	struct pcs_walk *walks; /* sorted by path */
	size_t n_walks, cap_walks;
	const char **marked; /* once finished: all directories that a run did not finish */
	size_t n_marked;
	struct pcs_change_failure *failures;
	size_t n_failures, cap_failures;
	struct pcs_arena strings;
	struct pcs_map elsewhere; /* once finished: directories that a walk comes by, and that
				     are walked under another name, or left */
	size_t n_found;           /* how often a directory was named */
	struct pcs_map others;    /* paths of `walks` and `failures`, until all is finished */
	struct pcs_map by_path;   /* which of `dirs` has that path, while paths are added */
	char *cwd;                /* inside the root, or NULL */
	/* Set these before paths are added, where wanted: */
	const char *prefix;       /* the policy's pycache-prefix, or NULL */
	const char *const *trees; /* the policy's, which give directories their names, or NULL */
	bool former;              /* the trees that are added are those that the policy had */
	bool leaving; /* the trees that are added are not to be walked, even inside of others */
	bool marking; /* the paths that are added are those of a run that did not finish */
	/* Whether a tree may be looked at: 1, 0 or -ENOMEM; NULL where all may. Where it is asked,
	 * directories that others write to are not listed for versions. */
	int (*is_near)(void *ctx, const char *path);
	void *near_ctx;
	/* Called with each path that is added, normalised; negative ends the reading. */
	int (*each)(void *ctx, const char *path);
	void *each_ctx;
};

/* Start with nothing. The root must outlive it. */
void pcs_changes_init(struct pcs_changes *c, const struct pcs_root *root, unsigned flags);
void pcs_changes_done(struct pcs_changes *c);

/* What relative paths are taken from: a path inside the root. 0 or -ENOMEM. */
int pcs_changes_set_cwd(struct pcs_changes *c, const char *cwd);

/*
 * Add a path as bytes. What cannot concern us (no source, no cache, not there) is passed over.
 * -EINVAL: a relative path and no working directory. -ENOMEM.
 */
int pcs_changes_add(struct pcs_changes *c, const char *path, size_t len);

/* Add each item of a list read to its end. The memory is that of the different ones. 0, -errno of
 * reading, or -PCS_ESIGNAL. */
int pcs_changes_read(struct pcs_changes *c, int fd);

/* Add the trees `template` stands for: "{version}" is each version that has such a directory. They
 * are walked even where the list is a trigger's. */
int pcs_changes_add_tree(struct pcs_changes *c, const char *template);

/* Keep only those walks that `keep` says yes to. */
void pcs_changes_keep_walks(struct pcs_changes *c, bool (*keep)(void *ctx, const char *path),
			    void *ctx);

/* Note that a path could not be looked at, once. What is not there is no directory, and no failure.
 * 0 or -ENOMEM. */
int pcs_changes_fail(struct pcs_changes *c, const char *path, int error);

/* Sort the names in a directory, each once. */
void pcs_change_dir_sort(struct pcs_change_dir *d);

/* Free the names. */
void pcs_change_dir_done(struct pcs_change_dir *d);

/* The real paths of all directories that are finished: those to walk, and those that something was
 * named in. The list is the caller's to free, the paths are not. 0 or -ENOMEM. */
int pcs_changes_places(const struct pcs_changes *c, const char ***ret, size_t *ret_n);

/* Leave out the finished directories that only runs which did not finish speak of. */
void pcs_changes_drop_marked(struct pcs_changes *c);
