/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/told.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "pyc/version.h"
#include "state/state.h"
#include "workers/build.h"
#include "workers/interp.h"

/* On a line: build, magic number, tag, version. */
#define BUILD "%016" PRIx64 " "

enum {
	BUILD_LEN = 17,
	OTHERS_MAX = 2048, /* bytes that are kept of those that are not there */
};

/* Take one line that is of the interpreter's build. */
static void take_line(const char *line, struct pcs_interp *i)
{
	uint32_t magic;
	unsigned minor;
	char tag[PCS_TAG_MAX], version[PCS_VERSION_MAX];
	_Static_assert(PCS_TAG_MAX == 24 && PCS_VERSION_MAX == 12, "as in the format");
	if (sscanf(line, "%*s %8" SCNx32 " %23s %11s", &magic, tag, version) < 3 ||
	    !pcs_tag_parse(tag, strlen(tag), &minor))
		return;
	i->magic = magic;
	i->minor = minor;
	snprintf(i->tag, sizeof(i->tag), "%s", tag);
	snprintf(i->version, sizeof(i->version), "%s", version);
	i->told = true;
}

/* Print what a line of the interpreter begins with. False where its build is not known. */
static bool print_build(struct pcs_interp *i, char ret[BUILD_LEN + 1])
{
	uint64_t build = pcs_interp_is_whole(i) ? pcs_interp_build(i) : 0;
	snprintf(ret, BUILD_LEN + 1, BUILD, build);
	return build;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

void pcs_told_read(const struct pcs_state *state, struct pcs_buf *ret)
{
	if (pcs_state_list(state, "told", ret) < 0)
		ret->len = 0;
}

void pcs_told_fill(const struct pcs_buf *list, struct pcs_interps *l)
{
	for (size_t i = 0; list->len && i < l->n; i++) {
		char build[BUILD_LEN + 1];
		if (l->list[i].reason || !print_build(&l->list[i], build))
			continue;
		for (const char *line = list->data; *line; line = next_line(line))
			if (strncmp(line, build, BUILD_LEN) == 0)
				take_line(line, &l->list[i]);
	}
}

/* Whether a line is of one of these, whatever that has told now. */
static bool is_of_these(struct pcs_interps *l, const char *line)
{
	char build[BUILD_LEN + 1];
	for (size_t i = 0; i < l->n + l->n_rest; i++)
		if (print_build(&l->list[i], build) && strncmp(line, build, BUILD_LEN) == 0)
			return true;
	return false;
}

int pcs_told_keep(const struct pcs_state *state, struct pcs_interps *l,
		  const struct pcs_buf *before)
{
	PCS_BUF struct pcs_buf now = { 0 };
	int r = 0;
	for (size_t i = 0; i < l->n + l->n_rest && r == 0; i++) {
		struct pcs_interp *in = &l->list[i];
		char build[BUILD_LEN + 1];
		if (in->told && !in->reason && print_build(in, build))
			r = pcs_buf_printf(&now, "%s%08" PRIx32 " %s %s\n", build, in->magic,
					   in->tag, in->version);
	}
	const char *line = before->data;
	for (size_t others = 0; line && *line && r == 0; line = next_line(line)) {
		size_t len = (size_t)(next_line(line) - line);
		if (is_of_these(l, line) || (others += len) > OTHERS_MAX)
			continue;
		r = pcs_buf_add(&now, line, len);
	}
	if (r < 0 || (before->len == now.len &&
		      (!before->data || !now.data || memcmp(before->data, now.data, now.len) == 0)))
		return r;
	return pcs_state_set_list(state, "told", &now);
}
