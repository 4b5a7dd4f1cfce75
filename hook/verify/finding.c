#include "verify/finding.h"

#include <string.h>

static const struct pcs_code_info infos[PCS_FOUND_CODES] = {
	[PCS_FOUND_MISSING] = { "missing", PCS_WARNING, PCS_MEND_SYNC,
				"the source has no pyc for the interpreter" },
	[PCS_FOUND_LEVEL_MISSING] = { "level-missing", PCS_WARNING, PCS_MEND_SYNC,
				      "one of the optimization levels is not there" },
	[PCS_FOUND_STALE_MTIME] = { "stale-mtime", PCS_WARNING, PCS_MEND_SYNC,
				    "the source has another mtime than the pyc records" },
	[PCS_FOUND_STALE_SIZE] = { "stale-size", PCS_WARNING, PCS_MEND_SYNC,
				   "the source has another size than the pyc records" },
	[PCS_FOUND_STALE_HASH] = { "stale-hash", PCS_ERROR, PCS_MEND_SYNC,
				   "the source has another hash than the pyc records" },
	[PCS_FOUND_STALE_CTIME] = { "stale-ctime", PCS_ERROR, PCS_MEND_SYNC,
				    "the source changed after the pyc was written, with mtime and "
				    "size as before" },
	[PCS_FOUND_STALE_UNWANTED] = { "stale-unwanted", PCS_NOTE, PCS_MEND_NOTHING,
				       "a pyc that policy does not ask for is out of date" },
	[PCS_FOUND_WRONG_MAGIC] = { "wrong-magic", PCS_WARNING, PCS_MEND_ANEW,
				    "the magic number is not that of the tag" },
	[PCS_FOUND_UNKNOWN_TAG] = { "unknown-tag", PCS_WARNING, PCS_MEND_REMOVE,
				    "no interpreter that is known has this tag" },
	[PCS_FOUND_WRONG_MODE] = { "wrong-mode", PCS_WARNING, PCS_MEND_SYNC,
				   "the pyc is in another invalidation mode than policy wants" },
	[PCS_FOUND_MIXED_MODE] = { "mixed-mode", PCS_WARNING, PCS_MEND_ANEW,
				   "the levels of one source are in several invalidation modes" },
	[PCS_FOUND_TRUNCATED] = { "truncated", PCS_ERROR, PCS_MEND_ANEW, "the pyc ends too early" },
	[PCS_FOUND_DAMAGED] = { "damaged", PCS_ERROR, PCS_MEND_ANEW, "the pyc cannot be loaded" },
	[PCS_FOUND_CODE_DIFFERS] = { "code-differs", PCS_ERROR, PCS_MEND_ANEW,
				     "the code is not what the source compiles to" },
	[PCS_FOUND_NOT_COMPILING] = { "not-compiling", PCS_NOTE, PCS_MEND_SOURCE,
				      "the source does not compile" },
	[PCS_FOUND_ORPHAN] = { "orphan", PCS_WARNING, PCS_MEND_CLEAN, "the pyc has no source" },
	[PCS_FOUND_ORPHAN_DIRECTORY] = { "orphan-directory", PCS_WARNING, PCS_MEND_CLEAN,
					 "the __pycache__ holds nothing of a source that is "
					 "there" },
	[PCS_FOUND_LEAKING_PATH] = { "leaking-path", PCS_WARNING, PCS_MEND_ANEW,
				     "the recorded path shows where the pyc was built" },
	[PCS_FOUND_WRONG_PATH] = { "wrong-path", PCS_WARNING, PCS_MEND_ANEW,
				   "the recorded path is not where the source is" },
	[PCS_FOUND_NON_CANONICAL] = { "non-canonical", PCS_WARNING, PCS_MEND_ANEW,
				      "the code is not in its canonical form" },
	[PCS_FOUND_LINK_BROKEN] = { "link-broken", PCS_WARNING, PCS_MEND_ANEW,
				    "a hard link of two levels is not there" },
	[PCS_FOUND_LINK_WRONG] = { "link-wrong", PCS_ERROR, PCS_MEND_ANEW,
				   "the pyc is a hard link to something else" },
	[PCS_FOUND_WRONG_PERMISSIONS] = { "wrong-permissions", PCS_WARNING, PCS_MEND_ANEW,
					  "the permissions are not those of the source" },
	[PCS_FOUND_WRONG_OWNER] = { "wrong-owner", PCS_WARNING, PCS_MEND_ANEW,
				    "owner or group are not those of the source" },
	[PCS_FOUND_SYMLINKED_CACHE] = { "symlinked-cache", PCS_ERROR, PCS_MEND_REMOVE,
					"the __pycache__ is no directory" },
	[PCS_FOUND_NO_FILE] = { "no-file", PCS_ERROR, PCS_MEND_REMOVE,
				"something that is no regular file has the name of a pyc" },
	[PCS_FOUND_TEMPORARY] = { "temporary", PCS_WARNING, PCS_MEND_REMOVE,
				  "a temporary file was left over" },
	[PCS_FOUND_LEGACY_SHADOW] = { "legacy-shadow", PCS_ERROR, PCS_MEND_REMOVE,
				      "a pyc outside of __pycache__ stands in for a source" },
	[PCS_FOUND_SOURCELESS] = { "sourceless", PCS_NOTE, PCS_MEND_NOTHING,
				   "a pyc outside of __pycache__, without a source" },
	[PCS_FOUND_UNREADABLE] = { "unreadable", PCS_ERROR, PCS_MEND_NOTHING,
				   "it could not be looked at" },
	[PCS_FOUND_TOO_LARGE] = { "too-large", PCS_WARNING, PCS_MEND_NOTHING,
				  "it is larger than what is looked into" },
	[PCS_FOUND_ARCHIVE_ESCAPE] = { "archive-escape", PCS_ERROR, PCS_MEND_ARCHIVE,
				       "a member's path or link leads out of the package" },
	[PCS_FOUND_ARCHIVE_DUPLICATE] = { "archive-duplicate", PCS_WARNING, PCS_MEND_ARCHIVE,
					  "a path is in the archive more than once" },
	[PCS_FOUND_ARCHIVE_DAMAGED] = { "archive-damaged", PCS_ERROR, PCS_MEND_ARCHIVE,
					"the archive cannot be read to its end" },
	[PCS_FOUND_ARCHIVE_LIMIT] = { "archive-limit", PCS_ERROR, PCS_MEND_ARCHIVE,
				      "the archive goes beyond what is examined" },
};

const struct pcs_code_info *pcs_code_info(enum pcs_finding_code code)
{
	return &infos[code];
}

enum pcs_finding_code pcs_code_named(const char *name)
{
	enum pcs_finding_code i = 0;
	while (i < PCS_FOUND_CODES && strcmp(infos[i].name, name) != 0)
		i++;
	return i;
}

const char *pcs_severity_name(enum pcs_severity severity)
{
	static const char *const names[] = { "note", "warning", "error" };
	return names[severity];
}

static bool copy(struct pcs_arena *to, const char **s)
{
	if (!*s || !**s)
		*s = "";
	else
		*s = pcs_arena_dup(to, *s, strlen(*s));
	return *s != NULL;
}

int pcs_findings_add(struct pcs_findings *to, const struct pcs_finding *f)
{
	struct pcs_finding *list = pcs_grow(to->list, &to->cap, to->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	to->list = list;
	struct pcs_finding c = *f;
	if (!copy(&to->strings, &c.path) || !copy(&to->strings, &c.source) ||
	    !copy(&to->strings, &c.version) || !copy(&to->strings, &c.found) ||
	    !copy(&to->strings, &c.expected) || !copy(&to->strings, &c.archive))
		return -ENOMEM;
	list[to->n++] = c;
	return 0;
}

int pcs_findings_join(struct pcs_findings *to, struct pcs_findings *from)
{
	to->sources += from->sources;
	to->pycs += from->pycs;
	from->sources = from->pycs = 0;
	if (from->n == 0)
		return 0;
	struct pcs_finding *list = pcs_grow(to->list, &to->cap, to->n + from->n, sizeof(*list));
	if (!list)
		return -ENOMEM;
	to->list = list;
	memcpy(list + to->n, from->list, from->n * sizeof(*list));
	to->n += from->n;
	from->n = 0;
	pcs_arena_join(&to->strings, &from->strings);
	return 0;
}

/* The gravest first, then by code, archive, path and what it is about it. */
static int compare(const void *a, const void *b)
{
	const struct pcs_finding *x = a, *y = b;
	int sx = (int)infos[x->code].severity, sy = (int)infos[y->code].severity;
	int r = sx != sy ? sy - sx : x->code - y->code;
	if (r == 0)
		r = strcmp(x->archive, y->archive);
	if (r == 0)
		r = x->owned - y->owned;
	if (r == 0)
		r = strcmp(x->path, y->path);
	if (r == 0)
		r = strcmp(x->version, y->version);
	return r ? r : x->level - y->level;
}

void pcs_findings_sort(struct pcs_findings *f)
{
	size_t kept = 0;
	if (f->n)
		qsort(f->list, f->n, sizeof(*f->list), compare);
	for (size_t i = 0; i < f->n; i++)
		if (kept == 0 || compare(&f->list[kept - 1], &f->list[i]) != 0)
			f->list[kept++] = f->list[i];
	f->n = kept;
}

void pcs_findings_done(struct pcs_findings *f)
{
	free(f->list);
	pcs_arena_done(&f->strings);
	*f = (struct pcs_findings){ 0 };
}
