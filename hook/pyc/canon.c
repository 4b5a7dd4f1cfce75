/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/canon.h"

#include <string.h>

#include "base/err.h"
#include "pyc/header.h"
#include "pyc/marshal_read.h"
#include "pyc/marshal_write.h"
#include "pyc/text.h"
#include "pyc/version.h"

enum {
	STREAM_MAX = 64 << 20, /* bytes: far beyond any code */
	SHORT_HEAD = 2,        /* bytes of a short str before its text: type and length */
};

static int refuse(struct pcs_refusal *ret, const char *what)
{
	*ret = (struct pcs_refusal){ .what = what };
	return -PCS_ECANON;
}

/* With `name_len` bytes behind the stream, or SIZE_MAX: the names stay. */
static int rewrite(const uint8_t *in, size_t len, unsigned minor, size_t name_len,
		   struct pcs_buf *ret, struct pcs_refusal *ret_why)
{
	struct pcs_graph g;
	uint32_t root;
	if (minor < PCS_MINOR_OLDEST || minor > PCS_MINOR_NEWEST)
		return refuse(ret_why, "bytecode of an interpreter that is not known");
	if (len > STREAM_MAX)
		return refuse(ret_why, "more code than is believable");
	int r = pcs_graph_init(&g, in, len, minor);
	if (r == 0 && name_len != SIZE_MAX)
		r = pcs_marshal_rename(&g, len, name_len);
	if (r == 0)
		r = pcs_marshal_read(&g, &root);
	if (r == 0)
		r = pcs_marshal_write(&g, root, ret);
	if (r < 0)
		*ret_why = g.why;
	pcs_graph_done(&g);
	return r;
}

int pcs_marshal_canonical(const uint8_t *in, size_t len, unsigned minor, struct pcs_buf *ret,
			  struct pcs_refusal *ret_why)
{
	return rewrite(in, len, minor, SIZE_MAX, ret, ret_why);
}

int pcs_marshal_renamed(struct pcs_buf *code, unsigned minor, const char *name, struct pcs_buf *ret,
			struct pcs_refusal *ret_why)
{
	const size_t len = code->len;
	int r = pcs_text_add_name(name, code);
	if (r == 0)
		r = rewrite((const uint8_t *)code->data, len, minor, code->len - len, ret, ret_why);
	if (code->data)
		code->data[code->len = len] = '\0';
	return r;
}

size_t pcs_marshal_find_name(const uint8_t *code, size_t len, const char *held)
{
	const size_t n = strlen(held);
	const uint8_t *at = memmem(code, len, held, n);
	if (!at || at - code < SHORT_HEAD || at[-1] != n ||
	    memmem(at + n, len - n - (size_t)(at - code), held, n))
		return SIZE_MAX;
	return (size_t)(at - code) - SHORT_HEAD;
}

/* Append a file name as an object that is canonical by itself. 0, -PCS_ECANON, -ENOMEM. */
static int put_name(const struct pcs_buf *text, unsigned minor, struct pcs_buf *ret,
		    struct pcs_refusal *ret_why)
{
	struct pcs_graph g;
	int r = pcs_graph_init(&g, (const uint8_t *)text->data, text->len, minor);
	if (r == 0)
		r = pcs_marshal_rename(&g, 0, text->len);
	if (r == 0)
		r = pcs_marshal_write(&g, g.file, ret);
	if (r < 0)
		*ret_why = g.why;
	pcs_graph_done(&g);
	return r;
}

int pcs_marshal_put_name(struct pcs_buf *code, unsigned minor, size_t at, const char *held,
			 const char *name, struct pcs_buf *ret, struct pcs_refusal *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	const size_t n = SHORT_HEAD + strlen(held), before = ret->len;
	if (at > code->len || code->len - at < n ||
	    memcmp(code->data + at + SHORT_HEAD, held, n - SHORT_HEAD) != 0)
		return refuse(ret_why, "the file name is not where it should be");
	int r = pcs_text_add_name(name, &text);
	/* Equal strs are one object: where the name may be one that is there, all is written anew.
	 */
	if (r == 0 && memmem(code->data, code->len, text.data, text.len))
		return pcs_marshal_renamed(code, minor, name, ret, ret_why);
	if (r == 0)
		r = pcs_buf_add(ret, code->data, at);
	if (r == 0)
		r = put_name(&text, minor, ret, ret_why);
	if (r == 0) {
		ret->data[before + at] |= code->data[at] & (char)PCS_MARSHAL_FLAG_REF;
		r = pcs_buf_add(ret, code->data + at + n, code->len - at - n);
	}
	if (r < 0)
		ret->len = before;
	return r;
}

int pcs_pyc_canonical(const uint8_t *pyc, size_t len, struct pcs_buf *ret,
		      struct pcs_refusal *ret_why)
{
	struct pcs_pyc_header h;
	unsigned minor;
	size_t before = ret->len;
	if (!pcs_pyc_header_get(pyc, len, &h))
		return refuse(ret_why, "this does not begin as bytecode does");
	if (!pcs_minor_of(h.magic, &minor))
		return refuse(ret_why, "bytecode of an interpreter that is not known");
	int r = pcs_buf_add(ret, pyc, PCS_PYC_HEADER);
	if (r == 0)
		r = pcs_marshal_canonical(pyc + PCS_PYC_HEADER, len - PCS_PYC_HEADER, minor, ret,
					  ret_why);
	if (r == -PCS_ECANON)
		ret_why->at += PCS_PYC_HEADER;
	if (r < 0 && ret->data) {
		ret->len = before;
		ret->data[before] = '\0';
	}
	return r;
}
