/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/compile.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/progress.h"
#include "base/trust.h"
#include "workers/pool.h"
#include "compileall/paths.h"
#include "compileall/pywords.h"
#include "compileall/stored.h"
#include "pyc/header.h"
#include "pyc/source_hash.h"

/* compileall has no limits; a day stands for none. */
enum { NO_LIMIT_SECONDS = 24 * 60 * 60 };

static const char NO_MEMORY[] = "MemoryError";

static struct pcs_ca_item *item_of(struct pcs_ca *ca, size_t job)
{
	return &ca->items[ca->order[job]];
}

/* Note what compileall would print, as it would word it. */
PCS_PRINTF(2, 3) static void fail(struct pcs_ca_item *item, const char *fmt, ...)
{
	va_list ap;
	pcs_buf_done(&item->error);
	va_start(ap, fmt);
	if (pcs_buf_vprintf(&item->error, fmt, ap) < 0)
		pcs_buf_done(&item->error);
	va_end(ap);
	item->state = PCS_CA_FAILED;
}

/* A refusal has its words in `why` already. */
static void fail_with(struct pcs_ca_item *item, int error, const char *path, struct pcs_buf *why)
{
	if (error <= -1024) {
		fail(item, "OSError: %s", pcs_strerror(error));
		return;
	}
	int r = error == -EPERM && why->len ? 0 : pcs_py_oserror(why, error, path);
	fail(item, "%s", r < 0 ? NO_MEMORY : why->data);
}

/* What py_compile refuses to replace. True when it was refused. */
static bool refuse_target(struct pcs_ca_item *item, const char *pyc)
{
	struct stat st;
	if (pcs_fs_lstat(AT_FDCWD, pyc, &st) < 0 || S_ISREG(st.st_mode))
		return false;
	fail(item, "FileExistsError: %s is a %s if import writes a byte-compiled file to it", pyc,
	     S_ISLNK(st.st_mode) ? "symlink and will be changed into a regular file" :
				   "non-regular file and will be changed into a regular one");
	return true;
}

static int pyc_of(struct pcs_ca *ca, const struct pcs_ca_item *item, size_t index,
		  struct pcs_buf *ret)
{
	return pcs_compileall_cache(ca->o, item->path, ca->o->levels[index], ret);
}

static bool is_level(const struct pcs_ca *ca, long level)
{
	return (level >= 0 && level < PCS_LEVELS) || (level > 0 && level == ca->o->own_level);
}

/* What a worker is asked for: above 2 all are compiled alike. */
static unsigned worker_level(long level)
{
	return level < PCS_LEVELS ? (unsigned)level : PCS_LEVELS - 1;
}

/* Whether the level at `index` can be asked for at all; refused targets come before that. */
static bool begin_level(struct pcs_ca *ca, struct pcs_ca_item *item, size_t index)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	long level = ca->o->levels[index];
	if (pyc_of(ca, item, index, &pyc) < 0) {
		fail(item, "%s", NO_MEMORY);
		return false;
	}
	if (refuse_target(item, pyc.data))
		return false;
	if (is_level(ca, level))
		return true;
	bool is_int = level >= INT_MIN && level <= INT_MAX;
	fail(item, "Sorry: %s",
	     is_int ? "ValueError: compile(): invalid optimize value" :
		      "OverflowError: Python int too large to convert to C int");
	return false;
}

static unsigned job_interp(void *ctx, size_t job)
{
	(void)ctx;
	(void)job;
	return 0;
}

/* Read the source, and learn all of it that a header says. */
static int read_item(struct pcs_ca *ca, struct pcs_ca_item *item, struct stat *ret_st,
		     struct pcs_buf *why)
{
	const struct pcs_interp *in = &ca->o->interps->list[0];
	ca->source.len = 0;
	int r = pcs_ca_read(item->path, &ca->source, ret_st, ca->guarded ? &item->dir : NULL, why);
	if (r < 0)
		return r;
	item->mtime = ret_st->st_mtim;
	item->size = ret_st->st_size;
	item->mode = ret_st->st_mode;
	if (ca->o->flags != PCS_PYC_TIMESTAMP)
		item->hash = pcs_source_hash(in->magic, in->minor, ca->source.data, ca->source.len);
	if (ca->o->store)
		pcs_ca_identify(ca, item, ret_st);
	return 0;
}

static int load(void *ctx, size_t job, struct pcs_request *ret)
{
	struct pcs_ca *ca = ctx;
	struct pcs_ca_item *item = item_of(ca, job);
	PCS_BUF struct pcs_buf why = { 0 };
	struct stat st;
	if (!begin_level(ca, item, item->next))
		return 0;
	pcs_progress_name(item->path, NULL);
	int r = read_item(ca, item, &st, &why);
	if (r < 0) {
		fail_with(item, r, item->path, &why);
		return 0;
	}
	*ret = (struct pcs_request){ .name = item->recorded ? item->recorded : item->path,
				     .source = ca->source.data,
				     .len = ca->source.len,
				     .seconds = NO_LIMIT_SECONDS,
				     .foreign = pcs_others_write(&st),
				     .ask = PCS_ASK_PY_COMPILE |
					    (item->recorded ? 0u : PCS_ASK_OWN_NAME) };
	for (size_t i = item->next; i < ca->o->n_levels; i++)
		if (is_level(ca, ca->o->levels[i]))
			ret->levels |= (uint8_t)(1u << worker_level(ca->o->levels[i]));
	return 1;
}

/* `alike` is the pyc of a level that has the same code, or NULL; it may be another file by now. */
static int write_pyc(const struct pcs_ca *ca, const struct pcs_ca_item *item, int dir,
		     const char *name, const char *alike, const struct pcs_result *r)
{
	uint8_t head[PCS_PYC_HEADER];
	struct pcs_tmp tmp;
	const struct pcs_pyc_header h = { .magic = ca->o->interps->list[0].magic,
					  .flags = ca->o->flags,
					  .mtime = pcs_pyc_mtime(&item->mtime),
					  .size = (uint32_t)item->size,
					  .hash = item->hash };
	pcs_pyc_header_put(head, &h);
	int e = pcs_tmp_write(dir, head, sizeof(head), r->code, r->code_len,
			      pcs_pyc_mode(item->mode) & ~ca->o->umask, NULL, &tmp);
	if (e < 0)
		return e;
	if (alike && pcs_tmp_commit_link(dir, &tmp, dir, alike, name) > 0)
		return tmp.left;
	return pcs_tmp_commit(dir, &tmp, name, false, NULL);
}

/* Whether the level before has the same code; keeps this one's for the next. */
static bool same_as_last(struct pcs_ca_item *item, const struct pcs_result *r)
{
	bool same = item->next > 0 && item->last.len == r->code_len &&
		    memcmp(item->last.data, r->code, r->code_len) == 0;
	item->last.len = 0;
	pcs_buf_add(&item->last, r->code, r->code_len);
	return same;
}

static int open_cache(const struct pcs_ca *ca, const struct pcs_ca_item *item, char *pyc,
		      int *ret_fd, struct pcs_buf *why)
{
	bool elsewhere = ca->o->cache_prefix && !ca->o->legacy;
	const mode_t mode = 0777 & ~ca->o->umask;
	return ca->guarded && !elsewhere ? pcs_ca_open_beside(pyc, &item->dir, mode, ret_fd, why) :
					   pcs_ca_open_cache(pyc, mode, ret_fd);
}

static int publish(struct pcs_ca *ca, struct pcs_ca_item *item, char *pyc,
		   const struct pcs_result *r, struct pcs_buf *why)
{
	PCS_BUF struct pcs_buf before = { 0 };
	PCS_CLOSE int dir = -1;
	bool again = ca->o->hardlink && !ca->o->legacy && same_as_last(item, r);
	int e = open_cache(ca, item, pyc, &dir, why);
	if (e < 0)
		return e;
	if (again)
		e = pyc_of(ca, item, item->next - 1u, &before);
	return e < 0 ? e :
		       write_pyc(ca, item, dir, pcs_path_base(pyc),
				 again ? pcs_path_base(before.data) : NULL, r);
}

static void print_failure(const struct pcs_ca *ca, const struct pcs_ca_item *item)
{
	PCS_BUF struct pcs_buf name = { 0 };
	const char *reason = ca->o->interps->list[0].reason;
	bool of_all = reason && item->error.data && strcmp(reason, item->error.data) == 0;
	if (ca->o->quiet >= 2 || of_all) /* what all fail for is said once, by the command */
		return;
	if (ca->o->quiet == 0)
		fputs("*** ", ca->o->out);
	else if (pcs_py_repr(&name, item->path, strlen(item->path)) == 0)
		fprintf(ca->o->out, "*** Error compiling %s...\n", name.data);
	if (item->error.data)
		pcs_write_text(ca->o->out, item->error.data, item->error.len);
	else
		fputs(NO_MEMORY, ca->o->out);
	fputc('\n', ca->o->out);
}

static void print_item(struct pcs_ca *ca, const struct pcs_ca_item *item)
{
	PCS_BUF struct pcs_buf name = { 0 };
	if (item->text)
		fputs(item->text, ca->o->out);
	if (!item->path)
		return;
	if (ca->o->quiet == 0 && pcs_py_repr(&name, item->path, strlen(item->path)) == 0)
		fprintf(ca->o->out, "Compiling %s...\n", name.data);
	if (item->warnings.len) {
		fflush(ca->o->out);
		pcs_write_text(stderr, item->warnings.data, item->warnings.len);
	}
	if (item->state == PCS_CA_FAILED)
		print_failure(ca, item);
}

/* Print up to the first item that is not done. */
static void print_ready(struct pcs_ca *ca)
{
	while (ca->printed < ca->n && ca->items[ca->printed].state != PCS_CA_TODO) {
		struct pcs_ca_item *item = &ca->items[ca->printed++];
		ca->failed |= item->state == PCS_CA_FAILED;
		pcs_progress_hide();
		print_item(ca, item);
		pcs_progress_show();
		pcs_buf_done(&item->last);
	}
}

/* Levels come in rising order; after the first that fails compileall tries no other. */
static void take_level(struct pcs_ca *ca, struct pcs_ca_item *item, const struct pcs_result *r)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	if (item->next > 0 && !begin_level(ca, item, item->next))
		return;
	if (!r->code) {
		fail(item, "%.*s", (int)r->message_len, r->message);
		if (r->detail_len) /* a NUL may be in it */
			pcs_buf_add(&item->error, r->detail, r->detail_len);
		return;
	}
	PCS_BUF struct pcs_buf why = { 0 };
	int e = pyc_of(ca, item, item->next, &pyc);
	if (e == 0)
		e = publish(ca, item, pyc.data, r, &why);
	if (e < 0)
		fail_with(item, e, pyc.data, &why);
	else if (++item->next == ca->o->n_levels)
		item->state = PCS_CA_DONE;
}

static void take_result(struct pcs_ca *ca, struct pcs_ca_item *item, const struct pcs_result *r)
{
	const long *levels = ca->o->levels;
	const unsigned answered = worker_level(levels[item->next]);
	do
		take_level(ca, item, r);
	while (item->state == PCS_CA_TODO && is_level(ca, levels[item->next]) &&
	       worker_level(levels[item->next]) == answered);
	/* A level that no compiler knows gets no answer: it fails here. */
	if (item->state == PCS_CA_TODO && !is_level(ca, levels[item->next]))
		begin_level(ca, item, item->next);
	print_ready(ca);
}

static void done(void *ctx, size_t job, const struct pcs_result *answer)
{
	struct pcs_ca *ca = ctx;
	struct pcs_ca_item *item = item_of(ca, job);
	PCS_BUF struct pcs_buf canonical = { 0 };
	struct pcs_result r = *answer;
	if (item->state != PCS_CA_TODO)
		return;
	if (item->next == 0)
		pcs_progress_add(1, (uint64_t)item->size);
	int e = r.code ? pcs_ca_keep(ca, item, &r, &canonical) : 0;
	if (e == 0)
		return take_result(ca, item, &r);
	fail(item, "%s", e == -ENOMEM ? NO_MEMORY : pcs_strerror(e));
	print_ready(ca);
}

/* Take all levels of a source from the store, or leave them to a worker. */
static void take_stored(struct pcs_ca *ca, struct pcs_ca_item *item)
{
	struct pcs_buf codes[PCS_LEVELS] = { 0 };
	PCS_BUF struct pcs_buf why = { 0 };
	struct stat st;
	unsigned levels = 0;
	bool all = true;
	for (size_t i = 0; i < ca->o->n_levels; i++) {
		all &= is_level(ca, ca->o->levels[i]);
		levels |= 1u << worker_level(ca->o->levels[i]);
	}
	if (all && read_item(ca, item, &st, &why) == 0 &&
	    pcs_ca_find_stored(ca, item, levels, codes) && begin_level(ca, item, 0))
		for (unsigned level = 0; level < PCS_LEVELS; level++)
			if (levels & 1u << level && item->state == PCS_CA_TODO)
				take_result(ca, item,
					    &(struct pcs_result){ .level = level,
								  .code = codes[level].data,
								  .code_len = codes[level].len });
	for (unsigned level = 0; level < PCS_LEVELS; level++)
		pcs_buf_done(&codes[level]);
}

static void warn(void *ctx, size_t job, const char *text, size_t len)
{
	struct pcs_ca *ca = ctx;
	pcs_buf_add(&item_of(ca, job)->warnings, text, len);
}

static const struct pcs_pool_ops pool_ops = {
	.interp = job_interp,
	.load = load,
	.done = done,
	.warn = warn,
	.mode = PCS_LINK_COMPILEALL,
};

static int compare_sizes(const void *a, const void *b, void *ctx)
{
	const struct pcs_ca *ca = ctx;
	off_t x = ca->items[*(const size_t *)a].size, y = ca->items[*(const size_t *)b].size;
	if (x != y)
		return x > y ? -1 : 1;
	return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

/* One worker takes the items as they come; several take the largest first, as the one that comes
 * last decides how long the others wait. */
static int order_jobs(struct pcs_ca *ca)
{
	free(ca->order);
	ca->n_jobs = 0;
	ca->order = calloc(ca->n + 1, sizeof(*ca->order));
	if (!ca->order)
		return -ENOMEM;
	for (size_t i = 0; i < ca->n; i++)
		if (ca->items[i].state == PCS_CA_TODO)
			ca->order[ca->n_jobs++] = i;
	if (ca->o->jobs > 1 && ca->n_jobs)
		qsort_r(ca->order, ca->n_jobs, sizeof(*ca->order), compare_sizes, ca);
	return 0;
}

static uint64_t weigh(const struct pcs_ca *ca)
{
	uint64_t all = 0;
	for (size_t i = 0; i < ca->n_jobs; i++)
		all += (uint64_t)ca->items[ca->order[i]].size;
	return all;
}

int pcs_ca_flush(struct pcs_ca *ca)
{
	int r = order_jobs(ca);
	for (size_t i = 0; r == 0 && ca->o->store && i < ca->n_jobs && !pcs_signal_seen(); i++)
		take_stored(ca, item_of(ca, i));
	if (r == 0 && ca->o->store)
		r = order_jobs(ca);
	if (ca->n_jobs)
		pcs_progress_phase("compiling", ca->n_jobs, weigh(ca));
	if (r == 0)
		r = pcs_pool_run(ca->o->interps, ca->n_jobs, ca->o->jobs, NULL, &pool_ops, ca);
	if (r == 0)
		print_ready(ca);
	pcs_ca_forget(ca);
	return r;
}
