/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/judge_words.h"

#include "base/err.h"
#include "base/fs.h"

static const char *mode_name(uint32_t flags)
{
	switch (flags) {
	case PCS_PYC_TIMESTAMP:
		return "timestamp";
	case PCS_PYC_UNCHECKED_HASH:
		return "unchecked-hash";
	default:
		return "checked-hash";
	}
}

/* What was found and what was expected are two appends: the first fault of them. */
static int both(int found, int expected)
{
	return found < 0 ? found : expected;
}

static int add_magic(struct pcs_buf *b, uint32_t magic)
{
	return magic >> 16 == 0x0a0d ? pcs_buf_printf(b, "%u", magic & 0xffff) :
				       pcs_buf_printf(b, "0x%08x", magic);
}

static int levels(const struct pcs_want *want, struct pcs_buf *expected)
{
	const char *before = "level ";
	int r = 0;
	for (unsigned level = 0; level < PCS_LEVELS && r == 0; level++)
		if (want->levels & 1u << level) {
			r = pcs_buf_printf(expected, "%s%u", before, level);
			before = ", ";
		}
	return r;
}

static int mode_wanted(const struct pcs_seen *c, const struct pcs_expect *e,
		       struct pcs_buf *expected)
{
	for (size_t i = 0; i < e->n; i++)
		if (pcs_pyc_name_has_tag(&c->parsed, e->wants[i].tag))
			return pcs_buf_adds(expected, mode_name(e->wants[i].flags));
	return 0;
}

/* Of pycs that are stale. */
static int stale(const struct pcs_verdict *v, const struct pcs_source_facts *f,
		 struct pcs_buf *found, struct pcs_buf *expected)
{
	const struct pcs_pyc_header *h = &v->seen->header;
	const struct timespec *pyc = &v->seen->written, *source = &f->ctime;
	switch (v->code) {
	case PCS_FOUND_STALE_MTIME:
		return both(pcs_buf_printf(found, "%u", h->mtime),
			    pcs_buf_printf(expected, "%u", pcs_pyc_mtime(&f->mtime)));
	case PCS_FOUND_STALE_SIZE:
		return both(pcs_buf_printf(found, "%u", h->size),
			    pcs_buf_printf(expected, "%u", (uint32_t)f->size));
	case PCS_FOUND_STALE_HASH: /* in the order of its bytes, as _imp.source_hash() shows them */
		return pcs_buf_printf(found, "%016llx",
				      (unsigned long long)__builtin_bswap64(h->hash));
	default:
		return both(
			pcs_buf_printf(found, "%lld.%09ld", (long long)pyc->tv_sec, pyc->tv_nsec),
			pcs_buf_printf(expected, "%lld.%09ld or later", (long long)source->tv_sec,
				       source->tv_nsec));
	}
}

int pcs_verdict_words(const struct pcs_verdict *v, const struct pcs_source_facts *f,
		      const struct pcs_expect *e, const char *path, struct pcs_buf *found,
		      struct pcs_buf *expected)
{
	const struct pcs_seen *c = v->seen;
	switch (v->code) {
	case PCS_FOUND_MISSING:
	case PCS_FOUND_OWNED_MISSING:
		return levels(v->want, expected);
	case PCS_FOUND_LEVEL_MISSING:
		return pcs_buf_printf(expected, "level %u", v->level);
	case PCS_FOUND_STALE_MTIME:
	case PCS_FOUND_STALE_SIZE:
	case PCS_FOUND_STALE_HASH:
	case PCS_FOUND_STALE_CTIME:
		return stale(v, f, found, expected);
	case PCS_FOUND_WRONG_MAGIC:
		return both(add_magic(found, c->header.magic),
			    c->tag_magic ? add_magic(expected, c->tag_magic) : 0);
	case PCS_FOUND_UNKNOWN_TAG:
		return c->parsed.tag ? pcs_buf_add(found, c->parsed.tag, c->parsed.tag_len) : 0;
	case PCS_FOUND_WRONG_MODE:
		return both(pcs_buf_adds(found, mode_name(c->header.flags)),
			    mode_wanted(c, e, expected));
	case PCS_FOUND_MIXED_MODE:
		return both(pcs_buf_adds(found, mode_name(c->header.flags)),
			    pcs_buf_adds(expected, "the mode of the lowest level"));
	case PCS_FOUND_TRUNCATED:
	case PCS_FOUND_TOO_LARGE:
		return pcs_buf_printf(found, "%llu bytes", (unsigned long long)c->size);
	case PCS_FOUND_DAMAGED:
		return both(pcs_buf_adds(found, c->whole ? "what marshal does not load" :
							   "flags that no importer knows"),
			    pcs_buf_adds(expected, c->whole ? "a code object" : "0, 1 or 3"));
	case PCS_FOUND_LEAKING_PATH:
	case PCS_FOUND_WRONG_PATH:
		return both(pcs_buf_adds(found, c->recorded_path ?: ""),
			    pcs_buf_adds(expected, path));
	case PCS_FOUND_LINK_BROKEN:
	case PCS_FOUND_LINK_WRONG:
		return pcs_buf_adds(found, c->link_path ?: "");
	case PCS_FOUND_WRONG_PERMISSIONS:
		return both(pcs_buf_printf(found, "%04o", (unsigned)c->mode & 07777),
			    pcs_buf_printf(expected, "%04o", (unsigned)pcs_pyc_mode(f->mode)));
	case PCS_FOUND_WRONG_OWNER:
		return both(pcs_buf_printf(found, "%u:%u", (unsigned)c->uid, (unsigned)c->gid),
			    pcs_buf_printf(expected, "%u:%u", (unsigned)f->uid, (unsigned)f->gid));
	case PCS_FOUND_NOT_EXAMINED:
		return c->as == PCS_SEEN_ELSEWHERE ?
			       pcs_buf_printf(found,
					      "a symbolic link to %s, which is not in the package",
					      c->link_path) :
			       pcs_buf_adds(found, pcs_strerror(c->error));
	}
	return 0;
}
