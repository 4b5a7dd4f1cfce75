/* What is said of a fault: the file's own words, cut and made safe, and the key probably meant. */

#include "policy/keys.h"

#include <string.h>

#include "base/log.h"

enum { MAX_SHOWN = 60 }; /* bytes of the file's own text in a message */

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

void pcs_expected(struct pcs_load *load, const char *name, const struct pcs_node *n,
		  const char *what)
{
	if (n->kind == PCS_NODE_BAD)
		return;
	PCS_BUF struct pcs_buf found = { 0 };
	if (add_found(&found, n) < 0)
		load->err = -ENOMEM;
	else
		pcs_load_fault(load, n->line, n->column, "%s: expected %s, found %s", name, what,
			       found.data);
}

void pcs_wrong(struct pcs_load *load, const char *name, const struct pcs_node *n, const char *what)
{
	PCS_BUF struct pcs_buf text = { 0 };
	if (pcs_buf_reserve(&text, 0) < 0 || add_text(&text, n) < 0)
		load->err = -ENOMEM;
	else
		pcs_load_fault(load, n->line, n->column, "%s: '%s' %s", name,
			       text.len ? text.data : "", what);
}

/* Edit distance of two words (Levenshtein); `a` is at most PCS_KEY_LEN_MAX long. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[PCS_KEY_LEN_MAX + 1];
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

/* The known key that was probably meant, or NULL: about one slip in three letters is near. Only one
 * that is nearer than *best is taken. */
static const char *nearest(const struct pcs_key_def *keys, const struct pcs_node *n, size_t *best)
{
	const char *found = NULL;
	for (; n->len <= 2 * (size_t)PCS_KEY_LEN_MAX && keys->name; keys++) {
		size_t len = strlen(keys->name);
		size_t d = distance(keys->name, len, n->text, n->len);
		if (d <= (len + 1) / 3 && d < *best) {
			*best = d;
			found = keys->name;
		}
	}
	return found;
}

static const struct pcs_key_def *find(const struct pcs_key_def *keys, const char *name, size_t len)
{
	for (; keys->name; keys++)
		if (strlen(keys->name) == len && memcmp(keys->name, name, len) == 0)
			return keys;
	return NULL;
}

/* The mapping that has the key which was probably meant, and that key; NULL: none is near. */
static const char *place_of(const struct pcs_node *n, const char **ret_key)
{
	const char *place = NULL;
	size_t best = PCS_KEY_LEN_MAX;
	for (const struct pcs_key_place *p = pcs_key_places; p->name; p++) {
		const char *key = nearest(p->keys, n, &best);
		if (key) {
			*ret_key = key;
			place = p->name;
		}
	}
	return place;
}

static int list_known(struct pcs_buf *b, const struct pcs_key_def *keys)
{
	int r = pcs_buf_adds(b, "'; known here:");
	for (; r == 0 && keys->name; keys++)
		r = pcs_buf_printf(b, " %s%s", keys->name, keys[1].name ? "," : "");
	return r;
}

void pcs_unknown_key(struct pcs_load *load, const struct pcs_key_def *keys,
		     const struct pcs_node *n)
{
	PCS_BUF struct pcs_buf b = { 0 };
	size_t best = PCS_KEY_LEN_MAX;
	const char *near = nearest(keys, n, &best), *key = NULL;
	const char *place = place_of(n, &key);
	bool same = place && strlen(key) == n->len && memcmp(key, n->text, n->len) == 0;
	bool adds = n->len > 1 && n->text[n->len - 1] == '+' && find(keys, n->text, n->len - 1);
	int r = pcs_buf_adds(&b, "unknown key '");
	if (r == 0)
		r = add_text(&b, n);
	if (r == 0 && adds)
		r = pcs_buf_printf(&b, "'; '%.*s' is no list that can be added to", (int)n->len - 1,
				   n->text);
	else if (r == 0 && same)
		r = pcs_buf_printf(&b, "' here; it belongs in %s", place);
	else if (r == 0 && near)
		r = pcs_buf_printf(&b, "'; did you mean '%s'?", near);
	else if (r == 0 && place)
		r = pcs_buf_printf(&b, "'; did you mean '%s', which belongs in %s?", key, place);
	else if (r == 0)
		r = list_known(&b, keys);
	if (r < 0)
		load->err = r;
	else
		pcs_load_fault(load, n->line, n->column, "%s", b.data);
}
