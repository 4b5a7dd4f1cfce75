#include "pyc/peek.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/*
 * The format is that of cpython:Python/marshal.c, r_object(). A stack of containers that are not
 * yet full takes the place of its recursion, with the same limit.
 */
enum { DEPTH_MAX = 2000, FLAG_REF = 0x80, NEWEST_MINOR = 14 };

enum kind {
	ITEMS, /* so many objects */
	PAIRS, /* keys and values up to a NULL */
	CODE,  /* the objects of a code object */
};

struct frame {
	uint32_t left; /* objects; PAIRS: 1 when a value comes next */
	uint8_t kind;
};

/* What a code object is made of, after its first numbers: b bytes, t tuple, s string, f the file
 * name, o any object; a number of 32 bits at '#' (cpython:Python/marshal.c, TYPE_CODE). */
static const struct layout {
	uint8_t from_minor;
	uint8_t numbers;
	const char *fields;
} layouts[] = {
	{ 8, 6, "btttttfs#b" },
	{ 11, 5, "btttbfss#bb" },
};

struct look {
	struct pcs_peek *out;
	const uint8_t *data;
	size_t len, at;
	unsigned minor;
	const struct layout *layout;
	struct frame stack[DEPTH_MAX + 1];
	size_t depth;
	enum pcs_body state; /* PCS_BODY_WHOLE until something is wrong */
	bool foreign;        /* a type that a newer version may know */
};

static bool stop(struct look *k, enum pcs_body why)
{
	k->state = why;
	return false;
}

static bool skip(struct look *k, size_t n)
{
	if (n > k->len - k->at)
		return stop(k, PCS_BODY_TRUNCATED);
	k->at += n;
	return true;
}

static bool number(struct look *k, uint32_t *ret)
{
	const uint8_t *p = k->data + k->at;
	if (!skip(k, 4))
		return false;
	*ret = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	return true;
}

/* A size that marshal takes: it is signed there. */
static bool size(struct look *k, uint32_t *ret)
{
	if (!number(k, ret))
		return false;
	return *ret <= INT32_MAX || stop(k, PCS_BODY_DAMAGED);
}

static bool byte(struct look *k, uint32_t *ret)
{
	if (!skip(k, 1))
		return false;
	*ret = k->data[k->at - 1];
	return true;
}

static bool push(struct look *k, enum kind kind, uint32_t n)
{
	if (kind == ITEMS && n == 0)
		return true;
	if (kind == ITEMS && n > k->len - k->at) /* each object takes a byte */
		return stop(k, PCS_BODY_TRUNCATED);
	if (k->depth == DEPTH_MAX)
		return stop(k, PCS_BODY_DAMAGED);
	k->stack[k->depth++] = (struct frame){ .left = n, .kind = (uint8_t)kind };
	return true;
}

/* UTF-8 as "surrogatepass" takes it: lone surrogates are let through. */
static size_t character(const char *s, size_t left, uint32_t *ret)
{
	size_t n = pcs_utf8_decode(s, left, ret);
	const unsigned char *u = (const unsigned char *)s;
	if (n || left < 3 || u[0] != 0xed || u[1] < 0xa0 || u[1] > 0xbf || (u[2] & 0xc0) != 0x80)
		return n;
	*ret = 0xd000u | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
	return 3;
}

static bool check_utf8(struct look *k, const char *s, size_t len)
{
	uint32_t c;
	for (size_t i = 0, n; i < len; i += n)
		if ((n = (unsigned char)s[i] < 0x80 ? 1 : character(s + i, len - i, &c)) == 0)
			return stop(k, PCS_BODY_DAMAGED);
	return true;
}

static bool long_number(struct look *k)
{
	uint32_t n;
	if (!number(k, &n))
		return false;
	if (n == (uint32_t)INT32_MIN)
		return stop(k, PCS_BODY_DAMAGED);
	size_t digits = n > INT32_MAX ? -n : n;
	const uint8_t *p = k->data + k->at;
	if (!skip(k, digits * 2))
		return false;
	for (size_t i = 0; i < digits; i++) /* 15 bits each, and the highest is not 0 */
		if (p[2 * i + 1] & 0x80 || (i == digits - 1 && !p[2 * i] && !p[2 * i + 1]))
			return stop(k, PCS_BODY_DAMAGED);
	return true;
}

static bool text(struct look *k, uint8_t type)
{
	uint32_t n;
	bool is_short = type == 'z' || type == 'Z';
	if (!(is_short ? byte(k, &n) : size(k, &n)) || !skip(k, n))
		return false;
	if (type != 'u' && type != 't')
		return true;
	return check_utf8(k, (const char *)k->data + k->at - n, n);
}

static bool numbers_as_text(struct look *k, unsigned count)
{
	uint32_t n;
	while (count--)
		if (!byte(k, &n) || !skip(k, n))
			return false;
	return true;
}

/* The part of an object that comes after its type. */
static bool content(struct look *k, uint8_t type)
{
	uint32_t n;
	switch (type) {
	case 'N':
	case 'F':
	case 'T':
	case 'S':
	case '.':
		return true;
	case 'i':
		return skip(k, 4);
	case 'g':
		return skip(k, 8);
	case 'y':
		return skip(k, 16);
	case 'f':
		return numbers_as_text(k, 1);
	case 'x':
		return numbers_as_text(k, 2);
	case 'l':
		return long_number(k);
	case 's':
		return size(k, &n) && skip(k, n);
	case 'a':
	case 'A':
	case 'z':
	case 'Z':
	case 't':
	case 'u':
		return text(k, type);
	case ')':
		return byte(k, &n) && push(k, ITEMS, n);
	case '(':
	case '[':
	case '<':
	case '>':
		return size(k, &n) && push(k, ITEMS, n);
	case '{':
		return push(k, PAIRS, 0);
	case ':':
		k->foreign = k->minor < NEWEST_MINOR;
		return k->foreign ? stop(k, PCS_BODY_DAMAGED) : push(k, ITEMS, 3);
	case 'c':
		return skip(k, k->layout->numbers * 4u) && push(k, CODE, 0);
	}
	k->foreign = true;
	return stop(k, PCS_BODY_DAMAGED);
}

/* Keep the place of an object that may be referred to. */
static bool keep_ref(struct look *k, size_t at)
{
	struct pcs_peek *p = k->out;
	uint32_t *refs = pcs_grow(p->refs, &p->cap_refs, p->n_refs + 1, sizeof(*refs));
	if (!refs)
		return stop(k, PCS_BODY_UNKNOWN);
	p->refs = refs;
	refs[p->n_refs++] = (uint32_t)at;
	return true;
}

/* Follow a reference to the object that it stands for. */
static bool resolve(struct look *k, size_t *at)
{
	uint32_t n;
	if (!number(k, &n))
		return false;
	if (n >= k->out->n_refs)
		return stop(k, PCS_BODY_DAMAGED);
	*at = k->out->refs[n];
	return true;
}

static const char *string_at(const struct look *k, size_t at, size_t *ret_len)
{
	const uint8_t *p = k->data + at;
	uint8_t type = *p & (uint8_t)~FLAG_REF;
	if (type == 'z' || type == 'Z') {
		*ret_len = p[1];
		return (const char *)p + 2;
	}
	*ret_len = (size_t)p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24;
	return (const char *)p + 5;
}

/* The names within come first, the outermost one last; mostly all are the same object. */
static void note_filename(struct look *k, size_t at)
{
	struct pcs_peek *p = k->out;
	size_t len;
	const char *name = string_at(k, at, &len);
	if (p->filename && p->filename != name &&
	    (p->filename_len != len || memcmp(p->filename, name, len) != 0)) {
		p->other = p->filename;
		p->other_len = p->filename_len;
	}
	p->filename = name;
	p->filename_len = len;
}

/* Whether an object of this type may be the field of a code object. */
static bool fits(char field, uint8_t type)
{
	switch (field) {
	case 'b':
		return type == 's';
	case 't':
		return type == '(' || type == ')';
	default:
		return strchr("aAzZtu", type) != NULL;
	}
}

/* There is one of each only, so that nothing refers to it. */
static bool is_singleton(uint8_t type)
{
	return type == 'N' || type == 'F' || type == 'T' || type == 'S' || type == '.';
}

/* One object; `field` is what it has to be inside a code object, or 0. */
static bool object(struct look *k, char field)
{
	size_t at = k->at;
	if (!skip(k, 1))
		return false;
	uint8_t type = k->data[at] & (uint8_t)~FLAG_REF;
	bool is_ref = type == 'r';
	if (type == 0)
		return stop(k, PCS_BODY_DAMAGED);
	if (is_ref) {
		if (!resolve(k, &at))
			return false;
		type = k->data[at] & (uint8_t)~FLAG_REF;
	} else if (k->data[at] & FLAG_REF && !is_singleton(type) && !keep_ref(k, at)) {
		return false;
	}
	if (field && !fits(field, type))
		return stop(k, PCS_BODY_DAMAGED);
	if (!is_ref && !content(k, type))
		return false;
	if (field == 'f')
		note_filename(k, at);
	return true;
}

/* The next object of the innermost container, or its end. */
static bool step(struct look *k)
{
	struct frame *f = &k->stack[k->depth - 1];
	uint32_t number_field;
	switch (f->kind) {
	case ITEMS:
		if (f->left == 0) {
			k->depth--;
			return true;
		}
		f->left--;
		return object(k, 0);
	case PAIRS:
		if (f->left == 0 && k->at < k->len && k->data[k->at] == '0') {
			k->at++;
			k->depth--;
			return true;
		}
		f->left = !f->left;
		return object(k, 0);
	}
	char field = k->layout->fields[f->left++];
	if (field == '#')
		return number(k, &number_field);
	if (field)
		return object(k, field);
	k->depth--;
	return true;
}

static const struct layout *layout_of(unsigned minor)
{
	const struct layout *found = NULL;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(layouts); i++)
		if (minor >= layouts[i].from_minor)
			found = &layouts[i];
	return found;
}

enum pcs_body pcs_peek_body(struct pcs_peek *p, unsigned minor, const void *body, size_t len)
{
	struct look k; /* the stack of frames needs no zeroes */
	k.out = p;
	k.data = body;
	k.len = len;
	k.at = k.depth = 0;
	k.minor = minor;
	k.layout = layout_of(minor);
	k.state = PCS_BODY_WHOLE;
	k.foreign = false;
	p->n_refs = 0;
	p->filename = p->other = NULL;
	if (!k.layout || len > UINT32_MAX)
		return PCS_BODY_UNKNOWN;
	if (len && (k.data[0] & (uint8_t)~FLAG_REF) != 'c')
		return PCS_BODY_DAMAGED;
	bool on = object(&k, 0);
	while (on && k.depth)
		on = step(&k);
	if (on && k.at != len)
		return PCS_BODY_DAMAGED;
	if (k.foreign && minor > NEWEST_MINOR)
		return PCS_BODY_UNKNOWN;
	return k.state;
}

void pcs_peek_done(struct pcs_peek *p)
{
	free(p->refs);
	*p = (struct pcs_peek){ 0 };
}

int pcs_peek_path(const char *name, size_t len, struct pcs_buf *ret)
{
	int r = 0;
	for (size_t i = 0, n; i < len && r == 0; i += n) {
		uint32_t c = 0;
		n = character(name + i, len - i, &c);
		bool escaped = c >= 0xdc80 && c <= 0xdcff;
		const char b = (char)(c & 0xff);
		n = n ? n : 1; /* an 'a' string may hold anything */
		r = escaped ? pcs_buf_add(ret, &b, 1) : pcs_buf_add(ret, name + i, n);
	}
	return r;
}
