/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said of a fault: the file's own words, cut and made safe, and the key probably meant. */

#include "policy/fault.h"

#include <string.h>

#include "base/log.h"

enum {
	MAX_SHOWN = 60,   /* bytes of the file's own text in a message */
	KEY_LEN_MAX = 24, /* the longest key that is known, at most */
};

void pcs_load_fault(struct pcs_load *load, size_t line, size_t column, const char *fmt, ...)
{
	PCS_BUF struct pcs_buf b = { 0 };
	va_list ap;
	va_start(ap, fmt);
	int r = pcs_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	struct pcs_fault *faults = NULL;
	if (r == 0)
		faults = pcs_grow(load->faults, &load->faults_cap, load->n_faults + 1,
				  sizeof(*faults));
	if (!faults) {
		load->err = -ENOMEM;
		return;
	}
	load->faults = faults;
	faults[load->n_faults] = (struct pcs_fault){
		.line = line,
		.column = column,
		.seq = load->n_faults,
		.text = PCS_TAKE(b.data),
	};
	load->n_faults++;
}

/* Append text of the file, cut where it gets long (not inside a character). */
static int add_text(struct pcs_buf *b, const struct pcs_node *n)
{
	size_t len = n->len;
	if (len > MAX_SHOWN)
		for (len = MAX_SHOWN; len > 0 && (n->text[len] & 0xc0) == 0x80;)
			len--;
	int r = pcs_buf_add_shown(b, n->text, len);
	return r < 0 || len == n->len ? r : pcs_buf_adds(b, "...");
}

static int add_found(struct pcs_buf *b, const struct pcs_node *n)
{
	if (n->kind == PCS_NODE_LIST)
		return pcs_buf_adds(b, "a list");
	if (n->kind == PCS_NODE_MAPPING)
		return pcs_buf_adds(b, "a mapping");
	if (n->plain && n->len == 0)
		return pcs_buf_adds(b, "nothing");
	int r = pcs_buf_adds(b, n->plain ? "'" : "the text '");
	if (r == 0)
		r = add_text(b, n);
	return r < 0 ? r : pcs_buf_adds(b, "'");
}

void pcs_expected(struct pcs_load *load, const char *key, const struct pcs_node *n,
		  const char *what)
{
	if (n->kind == PCS_NODE_BAD)
		return;
	PCS_BUF struct pcs_buf found = { 0 };
	if (add_found(&found, n) < 0)
		load->err = -ENOMEM;
	else
		pcs_load_fault(load, n->line, n->column, "%s: expected %s, found %s", key, what,
			       found.data);
}

void pcs_wrong(struct pcs_load *load, const char *key, const struct pcs_node *n, const char *what)
{
	PCS_BUF struct pcs_buf text = { 0 };
	if (pcs_buf_reserve(&text, 0) < 0 || add_text(&text, n) < 0)
		load->err = -ENOMEM;
	else
		pcs_load_fault(load, n->line, n->column, "%s: '%s' %s", key,
			       text.len ? text.data : "", what);
}

/* Edit distance of two words (Levenshtein); `a` is at most KEY_LEN_MAX long. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[KEY_LEN_MAX + 1];
	for (size_t i = 0; i <= a_len; i++)
		row[i] = i;
	for (size_t j = 1; j <= b_len; j++) {
		size_t diagonal = row[0];
		row[0] = j;
		for (size_t i = 1; i <= a_len; i++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);
			if (row[i] + 1 < best)
				best = row[i] + 1;
			if (row[i - 1] + 1 < best)
				best = row[i - 1] + 1;
			diagonal = row[i];
			row[i] = best;
		}
	}
	return row[a_len];
}

/* The key known in `place` that was probably meant, or NULL: about one slip in three letters is
 * near. Only one that is nearer than *best is taken. */
static const char *nearest(enum pcs_place place, const struct pcs_node *n, size_t *best)
{
	const char *found = NULL;
	if (n->len > 2 * (size_t)KEY_LEN_MAX)
		return NULL;
	PCS_EACH_KEY(row, place) {
		size_t len = strlen(row->name);
		size_t d = distance(row->name, len, n->text, n->len);
		if (d <= (len + 1) / 3 && d < *best) {
			*best = d;
			found = row->name;
		}
	}
	return found;
}

/* The mapping that has the key which was probably meant, and that key; NULL: none is near. */
static const char *place_of(const struct pcs_node *n, const char **ret_key)
{
	const char *found = NULL;
	size_t best = KEY_LEN_MAX;
	for (unsigned place = PCS_IN_TOP; place < PCS_IN_ALL; place <<= 1) {
		const char *key = nearest(place, n, &best);
		if (key) {
			*ret_key = key;
			found = pcs_place_name(place);
		}
	}
	return found;
}

static int list_known(struct pcs_buf *b, enum pcs_place place)
{
	int r = pcs_buf_adds(b, "'; known here:");
	PCS_EACH_KEY(row, place)
		if (r == 0)
			r = pcs_buf_printf(b, " %s%s", row->name,
					   pcs_key_next(row, place) ? "," : "");
	return r;
}

void pcs_unknown_key(struct pcs_load *load, enum pcs_place place, const struct pcs_node *n)
{
	PCS_BUF struct pcs_buf b = { 0 };
	size_t best = KEY_LEN_MAX;
	const char *near = nearest(place, n, &best), *key = NULL;
	const char *other = place_of(n, &key);
	bool same = other && strlen(key) == n->len && memcmp(key, n->text, n->len) == 0;
	bool adds = n->len > 1 && n->text[n->len - 1] == '+' &&
		    pcs_key_find(n->text, n->len - 1, place);
	int r = pcs_buf_adds(&b, "unknown key '");
	if (r == 0)
		r = add_text(&b, n);
	if (r == 0 && adds)
		r = pcs_buf_printf(&b, "'; '%.*s' is not a list, and cannot be added to",
				   (int)n->len - 1, n->text);
	else if (r == 0 && same)
		r = pcs_buf_printf(&b, "' here; it belongs in %s", other);
	else if (r == 0 && near)
		r = pcs_buf_printf(&b, "'; did you mean '%s'?", near);
	else if (r == 0 && other)
		r = pcs_buf_printf(&b, "'; did you mean '%s', which belongs in %s?", key, other);
	else if (r == 0)
		r = list_known(&b, place);
	if (r < 0)
		load->err = r;
	else
		pcs_load_fault(load, n->line, n->column, "%s", b.data);
}
