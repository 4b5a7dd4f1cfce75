/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/peek.h"

#include <string.h>

#include "pyc/marshal_layout.h"
#include "pyc/text.h"
#include "pyc/version.h"

enum kind {
	ITEMS, /* so many objects */
	PAIRS, /* keys and values up to a NULL */
	CODE,  /* the parts of a code object */
};

/* A stack of containers that are not yet full takes the place of marshal's recursion, with the same
 * limit. */
struct frame {
	uint32_t left; /* objects; PAIRS: 1 when a value comes next; CODE: the next part */
	uint8_t kind;
};

struct look {
	struct pcs_peek *out;
	const uint8_t *data;
	size_t len, at;
	unsigned minor;
	const struct pcs_code_layout *layout;
	struct frame stack[PCS_MARSHAL_DEPTH + 1];
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

/* A number of one byte or four. */
static bool number(struct look *k, unsigned size, uint32_t *ret)
{
	const uint8_t *p = k->data + k->at;
	if (!skip(k, size))
		return false;
	*ret = size == 1 ? *p : pcs_load32(p);
	return true;
}

/* A length or count that marshal takes: it is signed there. */
static bool length(struct look *k, unsigned size, uint32_t *ret)
{
	return number(k, size, ret) && (*ret <= INT32_MAX || stop(k, PCS_BODY_DAMAGED));
}

static bool push(struct look *k, enum kind kind, uint32_t n)
{
	if (kind == ITEMS && n == 0)
		return true;
	if (kind == ITEMS && n > k->len - k->at) /* each object takes a byte */
		return stop(k, PCS_BODY_TRUNCATED);
	if (k->depth == PCS_MARSHAL_DEPTH)
		return stop(k, PCS_BODY_DAMAGED);
	k->stack[k->depth++] = (struct frame){ .left = n, .kind = (uint8_t)kind };
	return true;
}

static bool long_number(struct look *k)
{
	uint32_t n;
	if (!number(k, 4, &n))
		return false;
	if (n == (uint32_t)INT32_MIN)
		return stop(k, PCS_BODY_DAMAGED);
	uint32_t digits = n > INT32_MAX ? -n : n;
	const uint8_t *p = k->data + k->at;
	if (!skip(k, (size_t)digits * 2))
		return false;
	for (size_t i = 0; i < digits; i++) /* 15 bits each, and the highest is not 0 */
		if (p[2 * i + 1] & 0x80 || (i == digits - 1 && !p[2 * i] && !p[2 * i + 1]))
			return stop(k, PCS_BODY_DAMAGED);
	return true;
}

/* Bytes may be of any form, as pickle's, and anything may be behind a path in them. */
static void look_for_dir(struct pcs_peek *p, const struct pcs_type *t, const char *s, size_t len)
{
	if (t->shape == PCS_SHAPE_BYTES)
		p->shows_dir |= memmem(s, len, p->dir_bytes, strlen(p->dir_bytes)) != NULL;
	else if (len != strlen(p->name) || memcmp(s, p->name, len) != 0)
		p->shows_dir |= pcs_text_shows_dir(s, len, p->dir);
}

static bool bytes(struct look *k, const struct pcs_type *t)
{
	uint32_t n;
	if (!length(k, t->size, &n) || !skip(k, n))
		return false;
	if (k->out->dir)
		look_for_dir(k->out, t, (const char *)k->data + k->at - n, n);
	return t->shape != PCS_SHAPE_UTF8 || pcs_text_is_valid(k->data + k->at - n, n) ||
	       stop(k, PCS_BODY_DAMAGED);
}

static bool numbers_as_text(struct look *k, unsigned count)
{
	uint32_t n;
	while (count--)
		if (!number(k, 1, &n) || !skip(k, n))
			return false;
	return true;
}

/* What comes after the type of an object. */
static bool content(struct look *k, const struct pcs_type *t)
{
	uint32_t n;
	switch ((enum pcs_shape)t->shape) {
	case PCS_SHAPE_SINGLETON:
		return true;
	case PCS_SHAPE_FIXED:
		return skip(k, t->size);
	case PCS_SHAPE_DIGITS:
		return long_number(k);
	case PCS_SHAPE_DECIMAL:
		return numbers_as_text(k, t->size);
	case PCS_SHAPE_OBJECTS:
		return push(k, ITEMS, t->size);
	case PCS_SHAPE_BYTES:
	case PCS_SHAPE_ASCII:
	case PCS_SHAPE_UTF8:
		return bytes(k, t);
	case PCS_SHAPE_ITEMS:
		return length(k, t->size, &n) && push(k, ITEMS, n);
	case PCS_SHAPE_PAIRS:
		return push(k, PAIRS, 0);
	case PCS_SHAPE_CODE:
		return skip(k, k->layout->numbers * 4u) && push(k, CODE, 0);
	case PCS_SHAPE_REF:
	case PCS_SHAPE_UNKNOWN:
		break;
	}
	/* No version has a type 0, which is what a hole in a file is made of. */
	k->foreign = (k->data[k->at - 1] & (uint8_t)~PCS_MARSHAL_FLAG_REF) != 0;
	return stop(k, PCS_BODY_DAMAGED);
}

/* Keep the place of an object that may be referred to. */
static bool keep_ref(struct look *k, size_t at)
{
	struct pcs_peek *p = k->out;
	uint32_t *ref = PCS_ROOM(p->refs, p->n_refs, p->cap_refs);
	if (!ref)
		return stop(k, PCS_BODY_UNKNOWN);
	*ref = (uint32_t)at;
	p->n_refs++;
	return true;
}

/* Follow a reference to the object that it stands for. */
static bool resolve(struct look *k, size_t *at)
{
	uint32_t n;
	if (!number(k, 4, &n))
		return false;
	if (n >= k->out->n_refs)
		return stop(k, PCS_BODY_DAMAGED);
	*at = k->out->refs[n];
	return true;
}

static const char *string_at(const struct look *k, size_t at, size_t *ret_len)
{
	const uint8_t *p = k->data + at + 1;
	uint8_t size = pcs_type_of(k->data[at], k->minor)->size;
	*ret_len = size == 1 ? *p : pcs_load32(p);
	return (const char *)p + size;
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

/* One object; `part` is what it has to be inside a code object, or 0. */
static bool object(struct look *k, char part)
{
	size_t at = k->at;
	if (!skip(k, 1))
		return false;
	const struct pcs_type *t = pcs_type_of(k->data[at], k->minor);
	bool is_ref = t->shape == PCS_SHAPE_REF;
	bool keep = k->data[at] & PCS_MARSHAL_FLAG_REF && t->shape != PCS_SHAPE_SINGLETON;
	if (is_ref ? !resolve(k, &at) : keep && !keep_ref(k, at))
		return false;
	if (part && pcs_type_of(k->data[at], k->minor)->kind != pcs_part_kind(part))
		return stop(k, PCS_BODY_DAMAGED);
	if (!is_ref && !content(k, t))
		return false;
	if (part == PCS_PART_FILE)
		note_filename(k, at);
	return true;
}

static bool items(struct look *k, struct frame *f)
{
	size_t depth = k->depth;
	while (f->left) {
		f->left--;
		if (!object(k, 0))
			return false;
		if (k->depth != depth)
			return true;
	}
	k->depth--;
	return true;
}

static bool parts(struct look *k, struct frame *f)
{
	size_t depth = k->depth;
	for (char part; (part = k->layout->parts[f->left]);) {
		f->left++;
		if (part == PCS_PART_LINE ? !skip(k, 4) : !object(k, part))
			return false;
		if (k->depth != depth)
			return true;
	}
	k->depth--;
	return true;
}

/* Go on with the innermost container, up to its end or up to another one in it. */
static bool step(struct look *k)
{
	struct frame *f = &k->stack[k->depth - 1];
	if (f->kind == ITEMS)
		return items(k, f);
	if (f->kind == CODE)
		return parts(k, f);
	if (f->left == 0 && k->at < k->len && k->data[k->at] == PCS_MARSHAL_NULL) {
		k->at++;
		k->depth--;
		return true;
	}
	f->left = !f->left;
	return object(k, 0);
}

enum pcs_body pcs_peek_body(struct pcs_peek *p, unsigned minor, const void *body, size_t len)
{
	struct look k; /* the stack of frames needs no zeroes */
	k.out = p;
	k.data = body;
	k.len = len;
	k.at = k.depth = 0;
	k.minor = minor;
	k.layout = pcs_code_layout(minor);
	k.state = PCS_BODY_WHOLE;
	k.foreign = false;
	p->n_refs = 0;
	p->filename = p->other = NULL;
	p->shows_dir = false;
	if (!k.layout || len != (uint32_t)len)
		return PCS_BODY_UNKNOWN;
	if (len && pcs_type_of(k.data[0], minor)->kind != PCS_KIND_CODE)
		return PCS_BODY_DAMAGED;
	bool on = object(&k, 0);
	while (on && k.depth)
		on = step(&k);
	if (on && k.at != len)
		return PCS_BODY_DAMAGED;
	if (k.foreign && minor > PCS_MINOR_NEWEST)
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
		n = pcs_text_decode(name + i, len - i, &c);
		bool escaped = c >= 0xdc80 && c <= 0xdcff;
		const char b = (char)(c & 0xff);
		n = n ? n : 1; /* an 'a' string may hold anything */
		r = escaped ? pcs_buf_add(ret, &b, 1) : pcs_buf_add(ret, name + i, n);
	}
	return r;
}
