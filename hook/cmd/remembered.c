/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/remembered.h"

#include <string.h>

#include "base/path.h"
#include "cmd/session.h"
#include "policy/query.h"
#include "pyc/name.h"
#include "state/memory.h"

struct counting {
	const struct pcs_session *s;
	struct pcs_remembered *ret;
};

/* Whether the source of a cache is there: those that fail are few. */
static bool has_source(const struct pcs_session *s, const char *dir, const char *entry,
		       size_t stem_len)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	return pcs_buf_printf(&path, "%s/%.*s.py", dir, (int)stem_len, entry) == 0 &&
	       pcs_root_stat(&s->root, path.data, &st) == 0;
}

/* The rows of a source: those of one stem, which follow each other. */
static void count_source(const struct counting *c, const char *dir, const struct pcs_row *rows,
			 size_t n, struct pcs_counts *counts)
{
	struct pcs_pyc_name name;
	size_t made = 0, failed = 0;
	for (size_t i = 0; i < n; i++) {
		made += rows[i].kind == PCS_ROW_MADE || rows[i].kind == PCS_ROW_ALIKE;
		failed += rows[i].kind == PCS_ROW_FAILED;
	}
	pcs_pyc_name_parse(rows->name, &name);
	if (failed && !has_source(c->s, dir, rows->name, name.stem_len))
		failed = 0;
	counts->sources += made || failed;
	counts->fresh += made;
	counts->failed += failed > 0;
	c->ret->any |= made || failed;
}

static int count_dir(void *ctx, const char *dir, const struct pcs_rows *rows)
{
	const struct counting *c = ctx;
	struct pcs_pyc_name name, next;
	struct pcs_tree_hit hit;
	pcs_site_tree(&c->s->site, dir, &hit);
	for (size_t i = 0, n; hit.tree >= 0 && i < rows->n; i += n) {
		const char *first = rows->list[i].name;
		n = 1;
		if (!pcs_pyc_name_parse(first, &name))
			continue;
		while (i + n < rows->n && pcs_pyc_name_parse(rows->list[i + n].name, &next) &&
		       next.stem_len == name.stem_len &&
		       memcmp(rows->list[i + n].name, first, name.stem_len) == 0)
			n++;
		count_source(c, dir, &rows->list[i], n, &c->ret->trees[hit.tree]);
	}
	return 0;
}

int pcs_remembered_count(const struct pcs_session *s, struct pcs_remembered *ret)
{
	struct counting c = { s, ret };
	const char *const *trees = pcs_policy_trees(s->policy);
	size_t n = 0;
	while (trees[n])
		n++;
	*ret = (struct pcs_remembered){ .trees = calloc(n + 1, sizeof(*ret->trees)) };
	if (!ret->trees)
		return -ENOMEM;
	return s->site.memory ? pcs_memory_each(s->site.memory, count_dir, &c) : 0;
}
