/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/diags.h"

#include "base/buf.h"

static int add_line(struct pcs_diags *d, char *line)
{
	char **lines = pcs_grow(d->lines, &d->cap, d->n + 1, sizeof(*lines));
	if (!lines) {
		free(line);
		return -ENOMEM;
	}
	d->lines = lines;
	d->lines[d->n++] = line;
	return 0;
}

int pcs_diags_add(struct pcs_diags *d, const char *file, size_t line, size_t column,
		  const char *fmt, ...)
{
	PCS_BUF struct pcs_buf b = { 0 };
	int r = pcs_buf_printf(&b, "%s:%zu:%zu: ", file, line, column);
	if (r == 0) {
		va_list ap;
		va_start(ap, fmt);
		r = pcs_buf_vprintf(&b, fmt, ap);
		va_end(ap);
	}
	return r < 0 ? r : add_line(d, PCS_TAKE(b.data));
}

int pcs_diags_say(struct pcs_diags *d, const char *fmt, ...)
{
	PCS_BUF struct pcs_buf b = { 0 };
	va_list ap;
	va_start(ap, fmt);
	int r = pcs_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return r < 0 ? r : add_line(d, PCS_TAKE(b.data));
}

void pcs_diags_done(struct pcs_diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->lines[i]);
	free(d->lines);
	*d = (struct pcs_diags){ 0 };
}
