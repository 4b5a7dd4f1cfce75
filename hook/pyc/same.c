#include "pyc/same.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "pyc/peek.h"

/* Both bodies were looked at by pcs_peek_body() before: no length leads out of them, no nesting is
 * deeper than it allows, and all references lead to what comes before them. */
enum { FLAG_REF = 0x80, WORK_PER_BYTE = 64, WORK_FREE = 1 << 20, SET_MAX = 4096 };

struct side {
	const uint8_t *data;
	struct pcs_peek peek;
};

struct pair {
	struct side a, b;
	unsigned numbers; /* of a code object */
	size_t fields;
	uint32_t *known; /* by reference of a: the place in b that was found the same, plus 1 */
	size_t work, limit;
	size_t depth;
};

enum { DEPTH_MAX = 4000 }; /* references lengthen the way */

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint8_t type_at(const struct side *s, size_t at)
{
	return s->data[at] & (uint8_t)~FLAG_REF;
}

/* One form for types that differ in how they are written only. */
static uint8_t form(uint8_t type)
{
	if (strchr("aAzZtu", type))
		return 'u';
	return type == ')' ? '(' : type;
}

/* The bytes of a leaf, and how many bytes there are before them. */
static size_t leaf_len(const uint8_t *p, uint8_t type, size_t *ret_before)
{
	uint32_t n;
	*ret_before = 1;
	switch (type) {
	case 'i':
		return 4;
	case 'g':
		return 8;
	case 'y':
		return 16;
	case 'l':
		n = get32(p + 1);
		return 4 + 2 * (size_t)(n > INT32_MAX ? -n : n);
	case 'f':
		return 1 + (size_t)p[1];
	case 'x':
		return 2 + (size_t)p[1] + p[2 + p[1]];
	case 'z':
	case 'Z':
		*ret_before = 2;
		return p[1];
	case 's':
	case 'a':
	case 'A':
	case 't':
	case 'u':
		*ret_before = 5;
		return get32(p + 1);
	}
	return 0;
}

/* How many objects a container has; *ret_before is where the first begins. */
static size_t count(const struct pair *c, const uint8_t *p, uint8_t type, size_t *ret_before)
{
	*ret_before = 5;
	switch (type) {
	case ')':
		*ret_before = 2;
		return p[1];
	case '(':
	case '[':
	case '<':
	case '>':
		return get32(p + 1);
	case ':':
		*ret_before = 1;
		return 3;
	case 'c':
		*ret_before = 1 + 4 * (size_t)c->numbers;
		return c->fields;
	}
	return 0;
}

static bool is_container(uint8_t type)
{
	return strchr("()[<>:c", type) != NULL;
}

/* The first line number stands between the eighth object and the ninth. */
static size_t line_number(uint8_t type, size_t i)
{
	return type == 'c' && i == 8 ? 4 : 0;
}

/* Where the object at `at` ends. */
static size_t end_of(struct pair *c, const struct side *s, size_t at)
{
	uint8_t type = type_at(s, at);
	size_t before;
	c->work++;
	if (type == 'r')
		return at + 5;
	if (type == '{') {
		for (at++; s->data[at] != '0';)
			at = end_of(c, s, at);
		return at + 1;
	}
	if (!is_container(type)) {
		size_t len = leaf_len(s->data + at, type, &before);
		return at + before + len;
	}
	size_t n = count(c, s->data + at, type, &before);
	at += before;
	for (size_t i = 0; i < n; i++)
		at = end_of(c, s, at + line_number(type, i));
	return at;
}

static bool same(struct pair *c, size_t a, size_t b);

/* Elements in whatever order: each of a has one of its own in b. */
static bool same_set(struct pair *c, size_t a, size_t b, size_t n)
{
	if (n > SET_MAX)
		return false;
	size_t *places = malloc((n + 1) * sizeof(*places));
	if (!places)
		return false;
	for (size_t i = 0; i < n; i++, b = end_of(c, &c->b, b))
		places[i] = b;
	bool all = true;
	for (size_t i = 0; i < n && all; i++, a = end_of(c, &c->a, a)) {
		all = false;
		for (size_t k = 0; k < n && !all; k++)
			if (places[k] && same(c, a, places[k])) {
				places[k] = 0;
				all = true;
			}
	}
	free(places);
	return all;
}

static bool same_items(struct pair *c, size_t a, size_t b, uint8_t type, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t skip = line_number(type, i);
		if (skip && memcmp(c->a.data + a, c->b.data + b, skip) != 0)
			return false;
		a += skip;
		b += skip;
		if (!same(c, a, b))
			return false;
		a = end_of(c, &c->a, a);
		b = end_of(c, &c->b, b);
	}
	return true;
}

static bool same_container(struct pair *c, size_t a, size_t b)
{
	uint8_t x = type_at(&c->a, a), y = type_at(&c->b, b);
	size_t a_before, b_before;
	size_t n = count(c, c->a.data + a, x, &a_before);
	if (n != count(c, c->b.data + b, y, &b_before))
		return false;
	if (x == 'c' && memcmp(c->a.data + a + 1, c->b.data + b + 1, a_before - 1) != 0)
		return false;
	if (same_items(c, a + a_before, b + b_before, x, n))
		return true;
	return (x == '<' || x == '>') && same_set(c, a + a_before, b + b_before, n);
}

static bool same_dict(struct pair *c, size_t a, size_t b)
{
	for (a++, b++; c->a.data[a] != '0';) {
		if (c->b.data[b] == '0' || !same(c, a, b))
			return false;
		a = end_of(c, &c->a, a);
		b = end_of(c, &c->b, b);
	}
	return c->b.data[b] == '0';
}

static bool same_leaf(const struct pair *c, size_t a, size_t b)
{
	size_t a_before, b_before;
	size_t n = leaf_len(c->a.data + a, type_at(&c->a, a), &a_before);
	return n == leaf_len(c->b.data + b, type_at(&c->b, b), &b_before) &&
	       memcmp(c->a.data + a + a_before, c->b.data + b + b_before, n) == 0;
}

static bool same_object(struct pair *c, size_t a, size_t b)
{
	uint8_t type = form(type_at(&c->a, a));
	if (type != form(type_at(&c->b, b)))
		return false;
	if (type == '{')
		return same_dict(c, a, b);
	return is_container(type) ? same_container(c, a, b) : same_leaf(c, a, b);
}

static bool same(struct pair *c, size_t a, size_t b)
{
	uint32_t *known = NULL;
	c->work++;
	if (type_at(&c->a, a) == 'r') {
		known = &c->known[get32(c->a.data + a + 1)];
		a = c->a.peek.refs[get32(c->a.data + a + 1)];
	}
	if (type_at(&c->b, b) == 'r')
		b = c->b.peek.refs[get32(c->b.data + b + 1)];
	if (known && *known == b + 1)
		return true;
	if (c->depth == DEPTH_MAX || c->work > c->limit)
		return false;
	c->depth++;
	bool equal = same_object(c, a, b);
	c->depth--;
	if (known && equal)
		*known = (uint32_t)b + 1;
	return equal;
}

enum pcs_same pcs_body_same(unsigned minor, const void *a, size_t a_len, const void *b,
			    size_t b_len)
{
	struct pair c = { .a.data = a,
			  .b.data = b,
			  .limit = WORK_FREE + WORK_PER_BYTE * (a_len + b_len),
			  .numbers = minor < 11 ? 6 : 5,
			  .fields = minor < 11 ? 9 : 10 };
	enum pcs_same r = PCS_SAME_UNKNOWN;
	if (a_len == b_len && memcmp(a, b, a_len) == 0)
		return PCS_SAME_YES;
	if (pcs_peek_body(&c.a.peek, minor, a, a_len) == PCS_BODY_WHOLE &&
	    pcs_peek_body(&c.b.peek, minor, b, b_len) == PCS_BODY_WHOLE)
		c.known = calloc(c.a.peek.n_refs + 1, sizeof(*c.known));
	if (c.known)
		r = same(&c, 0, 0)   ? PCS_SAME_YES :
		    c.work > c.limit ? PCS_SAME_UNKNOWN :
				       PCS_SAME_NO;
	free(c.known);
	pcs_peek_done(&c.a.peek);
	pcs_peek_done(&c.b.peek);
	return r;
}
