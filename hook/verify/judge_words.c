#include "verify/judge_words.h"

#include <string.h>

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

static int add_magic(struct pcs_buf *b, uint32_t magic)
{
	if (magic >> 16 == 0x0a0d)
		return pcs_buf_printf(b, "%u", magic & 0xffff);
	return pcs_buf_printf(b, "0x%08x", magic);
}

static int stale(const struct pcs_verdict *v, const struct pcs_source_facts *f,
		 struct pcs_buf *found, struct pcs_buf *expected)
{
	const struct pcs_pyc_header *h = &v->seen->header;
	int r = 0;
	switch (v->code) {
	case PCS_FOUND_STALE_MTIME:
		r = pcs_buf_printf(found, "%u", h->mtime);
		return r < 0 ? r : pcs_buf_printf(expected, "%u", pcs_pyc_mtime(&f->mtime));
	case PCS_FOUND_STALE_SIZE:
		r = pcs_buf_printf(found, "%u", h->size);
		return r < 0 ? r : pcs_buf_printf(expected, "%u", (uint32_t)f->size);
	case PCS_FOUND_STALE_HASH: /* in the order of its bytes, as _imp.source_hash() shows them */
		return pcs_buf_printf(found, "%016llx",
				      (unsigned long long)__builtin_bswap64(h->hash));
	default:
		r = pcs_buf_printf(found, "%lld.%09ld", (long long)v->seen->ctime.tv_sec,
				   v->seen->ctime.tv_nsec);
		return r < 0 ? r :
			       pcs_buf_printf(expected, "%lld.%09ld or later",
					      (long long)f->ctime.tv_sec, f->ctime.tv_nsec);
	}
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

static int mode_wanted(const struct pcs_verdict *v, const struct pcs_expect *e,
		       struct pcs_buf *expected)
{
	const struct pcs_pyc_name *n = &v->seen->parsed;
	for (size_t i = 0; i < e->n; i++)
		if (strlen(e->wants[i].tag) == n->tag_len &&
		    memcmp(e->wants[i].tag, n->tag, n->tag_len) == 0)
			return pcs_buf_adds(expected, mode_name(e->wants[i].flags));
	return 0;
}

static int wrong_magic(const struct pcs_seen *c, struct pcs_buf *found, struct pcs_buf *expected)
{
	int r = add_magic(found, c->header.magic);
	return r < 0 || !c->tag_magic ? r : add_magic(expected, c->tag_magic);
}

static int ended(const struct pcs_seen *c, struct pcs_buf *found)
{
	return pcs_buf_printf(found, "%llu bytes", (unsigned long long)c->size);
}

static int damaged(const struct pcs_seen *c, struct pcs_buf *found, struct pcs_buf *expected)
{
	int r = pcs_buf_adds(found, c->whole ? "what marshal does not load" :
					       "flags that no importer knows");
	return r < 0 ? r : pcs_buf_adds(expected, c->whole ? "a code object" : "0, 1 or 3");
}

static int permissions(const struct pcs_seen *c, const struct pcs_source_facts *f,
		       struct pcs_buf *found, struct pcs_buf *expected)
{
	int r = pcs_buf_printf(found, "%04o", (unsigned)c->mode & 07777);
	return r < 0 ? r : pcs_buf_printf(expected, "%04o", (unsigned)pcs_pyc_mode(f->mode));
}

static int owner(const struct pcs_seen *c, const struct pcs_source_facts *f, struct pcs_buf *found,
		 struct pcs_buf *expected)
{
	int r = pcs_buf_printf(found, "%u:%u", (unsigned)c->uid, (unsigned)c->gid);
	return r < 0 ? r : pcs_buf_printf(expected, "%u:%u", (unsigned)f->uid, (unsigned)f->gid);
}

static int two(struct pcs_buf *found, const char *a, struct pcs_buf *expected, const char *b)
{
	int r = a ? pcs_buf_adds(found, a) : 0;
	return r < 0 || !b ? r : pcs_buf_adds(expected, b);
}

int pcs_verdict_words(const struct pcs_verdict *v, const struct pcs_source_facts *f,
		      const struct pcs_expect *e, const char *path, struct pcs_buf *found,
		      struct pcs_buf *expected)
{
	const struct pcs_seen *c = v->seen;
	switch (v->code) {
	case PCS_FOUND_MISSING:
		return levels(v->want, expected);
	case PCS_FOUND_LEVEL_MISSING:
		return pcs_buf_printf(expected, "level %u", v->level);
	case PCS_FOUND_STALE_MTIME:
	case PCS_FOUND_STALE_SIZE:
	case PCS_FOUND_STALE_HASH:
	case PCS_FOUND_STALE_CTIME:
		return stale(v, f, found, expected);
	case PCS_FOUND_WRONG_MAGIC:
		return wrong_magic(c, found, expected);
	case PCS_FOUND_UNKNOWN_TAG:
		return c->parsed.tag ? pcs_buf_add(found, c->parsed.tag, c->parsed.tag_len) : 0;
	case PCS_FOUND_WRONG_MODE:
		return two(found, mode_name(c->header.flags), expected, NULL) < 0 ?
			       -ENOMEM :
			       mode_wanted(v, e, expected);
	case PCS_FOUND_MIXED_MODE:
		return two(found, mode_name(c->header.flags), expected,
			   "the mode of the lowest level");
	case PCS_FOUND_TRUNCATED:
	case PCS_FOUND_TOO_LARGE:
		return ended(c, found);
	case PCS_FOUND_DAMAGED:
		return damaged(c, found, expected);
	case PCS_FOUND_LEAKING_PATH:
	case PCS_FOUND_WRONG_PATH:
		return two(found, c->recorded_path, expected, path);
	case PCS_FOUND_LINK_BROKEN:
	case PCS_FOUND_LINK_WRONG:
		return two(found, c->link_path, expected, NULL);
	case PCS_FOUND_WRONG_PERMISSIONS:
		return permissions(c, f, found, expected);
	case PCS_FOUND_WRONG_OWNER:
		return owner(c, f, found, expected);
	case PCS_FOUND_UNREADABLE:
		return two(found, pcs_strerror(c->error), expected, NULL);
	}
	return 0;
}
