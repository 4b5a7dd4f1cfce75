/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/same.h"

#include <string.h>

#include "pyc/canon.h"
#include "pyc/marshal_sort.h"
#include "pyc/peek.h"
#include "pyc/version.h"

/* Whether a body without a canonical form may be a compiler's all the same. */
static bool is_undecided(const struct pcs_refusal *why)
{
	return !why->what || why->what == pcs_made_slow || why->what == pcs_may_be_equal;
}

static bool is_whole(unsigned minor, const void *body, size_t len)
{
	struct pcs_peek p = { 0 };
	bool whole = pcs_peek_body(&p, minor, body, len) == PCS_BODY_WHOLE;
	pcs_peek_done(&p);
	return whole;
}

enum pcs_same pcs_body_same(unsigned minor, const void *a, size_t a_len, const void *b,
			    size_t b_len)
{
	PCS_BUF struct pcs_buf x = { 0 };
	PCS_BUF struct pcs_buf y = { 0 };
	struct pcs_refusal why = { 0 };
	unsigned as = minor < PCS_MINOR_NEWEST ? minor : PCS_MINOR_NEWEST;
	if (a_len == b_len && memcmp(a, b, a_len) == 0)
		return PCS_SAME_YES;
	int r = pcs_marshal_canonical(a, a_len, as, &x, &why);
	if (r == 0)
		r = pcs_marshal_canonical(b, b_len, as, &y, &why);
	if (r == 0)
		return x.len == y.len && memcmp(x.data, y.data, x.len) == 0 ? PCS_SAME_YES :
									      PCS_SAME_NO;
	if (is_undecided(&why) || !is_whole(minor, a, a_len) || !is_whole(minor, b, b_len))
		return PCS_SAME_UNKNOWN;
	return PCS_SAME_NO;
}
