/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/leak.h"

#include <string.h>

#include "pyc/header.h"
#include "pyc/peek.h"
#include "pyc/text.h"
#include "pyc/version.h"

static bool holds(const struct pcs_buf *pyc, const char *text)
{
	return memmem(pyc->data, pyc->len, text, strlen(text));
}

/* Whether the body is whole, and *p tells of it. */
static bool peek(const struct pcs_buf *pyc, struct pcs_peek *p)
{
	struct pcs_pyc_header h;
	unsigned minor;
	return pcs_pyc_header_get((const uint8_t *)pyc->data, pyc->len, &h) &&
	       pcs_minor_of(h.magic, &minor) &&
	       pcs_peek_body(p, minor, pyc->data + PCS_PYC_HEADER, pyc->len - PCS_PYC_HEADER) ==
		       PCS_BODY_WHOLE;
}

bool pcs_pyc_shows_dir(const struct pcs_buf *pyc, const char *dir, const char *name)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf own = { 0 };
	if (pcs_text_add_name(dir, &text) < 0 || pcs_text_add_name(name, &own) < 0)
		return true;
	if (!*dir || (!holds(pyc, dir) && !holds(pyc, text.data)))
		return false;
	struct pcs_peek p = { .dir = text.data, .dir_bytes = dir, .name = own.data };
	bool shows = peek(pyc, &p) ? p.shows_dir : !strstr(name, dir);
	pcs_peek_done(&p);
	return shows;
}

bool pcs_pyc_records_only(const struct pcs_buf *pyc, const char *name)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct pcs_peek p = { 0 };
	bool only = pcs_text_add_name(name, &text) == 0 && peek(pyc, &p) && !p.other &&
		    p.filename_len == text.len && memcmp(p.filename, text.data, text.len) == 0;
	pcs_peek_done(&p);
	return only;
}
