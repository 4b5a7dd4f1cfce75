/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/fs.h"
#include "base/log.h"
#include "pyc/source_hash.h"
#include "state/state.h"

static const char NAME[] = "runs";

enum {
	LOG_MAX = 16 << 10, /* where it is longer, the older half goes */
	READ_MAX = 2 * LOG_MAX,
	FAILURE_MAX = 500,
	HASH_LEN = 16,
	NUMBERS = 7,
	TRIES = 20,
	NAP_MS = 5,
};

/* ---- a line: a newline, a hash of the rest, and fields with tabs between ----
 * The newline stands in front, so that what was cut off takes nothing with it. */

static void print_hash(const char *text, size_t len, char ret[HASH_LEN + 1])
{
	snprintf(ret, HASH_LEN + 1, "%016" PRIx64, pcs_source_hash(0, 8, text, len));
}

static int add_field(struct pcs_buf *line, const char *text)
{
	PCS_BUF struct pcs_buf shown = { 0 };
	int r = pcs_buf_add_shown(&shown, text, strlen(text));
	if (r < 0)
		return r;
	return pcs_buf_printf(line, "\t%.*s", FAILURE_MAX, shown.len ? shown.data : "");
}

static int add_line(const struct pcs_run *run, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf fields = { 0 };
	char hash[HASH_LEN + 1];
	int r = pcs_buf_printf(&fields, "%lld\t%d\t%zu\t%zu\t%zu\t%zu\t%zu", run->when, run->status,
			       run->compiled, run->stored, run->restamped, run->removed,
			       run->failed);
	if (r == 0)
		r = add_field(&fields, run->by);
	for (size_t i = 0; i < run->n_failures && r == 0; i++)
		r = add_field(&fields, run->failures[i]);
	if (r < 0)
		return r;
	print_hash(fields.data, fields.len, hash);
	return pcs_buf_printf(ret, "\n%s%s", hash, fields.data);
}

/* Whether a line is one as it was written. Its text is taken apart. */
static bool read_line(char *line, struct pcs_run *ret)
{
	long long numbers[NUMBERS];
	char hash[HASH_LEN + 1], *end;
	if (strlen(line) <= HASH_LEN)
		return false;
	char *rest = line + HASH_LEN;
	print_hash(rest, strlen(rest), hash);
	if (memcmp(line, hash, HASH_LEN) != 0)
		return false;
	for (size_t i = 0; i < NUMBERS; i++) {
		const char *field = strsep(&rest, "\t");
		numbers[i] = field ? strtoll(field, &end, 10) : 0;
	}
	const char *by = strsep(&rest, "\t");
	if (!by)
		return false;
	*ret = (struct pcs_run){ .when = numbers[0],
				 .by = by,
				 .status = (int)numbers[1],
				 .compiled = (size_t)numbers[2],
				 .stored = (size_t)numbers[3],
				 .restamped = (size_t)numbers[4],
				 .removed = (size_t)numbers[5],
				 .failed = (size_t)numbers[6] };
	while (rest && ret->n_failures < PCS_RUN_FAILURES)
		ret->failures[ret->n_failures++] = strsep(&rest, "\t");
	return true;
}

/* ---- the file ---- */

/* Put a new file in the place of what is there: the end of that, and the line. */
static int replace(int dir, const char *kept, size_t len, const struct pcs_buf *line)
{
	struct pcs_tmp tmp;
	pcs_fs_lock_shared(dir);
	int r = pcs_tmp_write(dir, kept, len, line->data, line->len, 0600, NULL, &tmp);
	return r < 0 ? r : pcs_tmp_commit(dir, &tmp, NAME, false, NULL);
}

static int shorten(int dir, const struct pcs_buf *line)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_fs_read(dir, NAME, READ_MAX, &text, &st);
	if (r < 0 && r != -EFBIG)
		return r;
	const size_t half = r == 0 && text.len > LOG_MAX / 2 ? text.len - LOG_MAX / 2 : 0;
	const char *kept = r == 0 ? memchr(text.data + half, '\n', text.len - half) : NULL;
	const size_t len = kept ? text.len - (size_t)(kept - text.data) : 0;
	return replace(dir, kept ? kept : "", len, line);
}

/* 0; -EWOULDBLOCK where another has it, or -ESTALE where it is not the file any more; or -errno. */
static int append(int dir, const struct pcs_buf *line)
{
	PCS_CLOSE int fd = -1;
	struct stat st;
	int r = pcs_fs_open_state(dir, NAME, true, &fd);
	if (r == -EINVAL || r == -ELOOP) /* no file of ours alone, as in a copy made of links */
		return replace(dir, "", 0, line);
	if (r == 0)
		r = pcs_fs_lock_exclusive(fd);
	if (r == 0)
		r = pcs_fs_stat(fd, &st);
	if (r)
		return r;
	if (!st.st_nlink)
		return -ESTALE;
	return st.st_size > LOG_MAX ? shorten(dir, line) :
				      pcs_fs_write_at(fd, st.st_size, line->data, line->len);
}

/* A user's own memory is of many roots. */
static bool has_log(const struct pcs_state *s)
{
	return s->dir >= 0 && !s->home;
}

int pcs_runs_add(const struct pcs_state *s, const struct pcs_run *run)
{
	const struct timespec nap = { .tv_nsec = NAP_MS * 1000000 };
	PCS_BUF struct pcs_buf line = { 0 };
	if (!has_log(s))
		return 0;
	int r = add_line(run, &line);
	if (r == 0)
		r = append(s->dir, &line);
	for (int i = 0; i < TRIES && (r == -EWOULDBLOCK || r == -ESTALE); i++) {
		nanosleep(&nap, NULL);
		r = append(s->dir, &line);
	}
	return r;
}

int pcs_runs_read(const struct pcs_state *s, int (*each)(void *ctx, const struct pcs_run *run),
		  void *ctx)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	if (!has_log(s))
		return 0;
	int r = pcs_fs_read(s->dir, NAME, READ_MAX, &text, &st);
	if (r == 0)
		r = pcs_buf_add(&text, "", 1); /* the end of the last line */
	if (r < 0)
		return r == -ENOENT || r == -EINVAL || r == -EFBIG || r == -ELOOP ? 0 : r;
	for (char *nul; (nul = memchr(text.data, '\0', text.len - 1));)
		*nul = '?'; /* it is damaged, and ends no more than its line */
	char *rest = text.data;
	for (char *line; r == 0 && rest && (line = strsep(&rest, "\n"));) {
		struct pcs_run run;
		if (read_line(line, &run))
			r = each(ctx, &run);
	}
	return r;
}
