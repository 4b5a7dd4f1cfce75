/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify/links.h"

static struct pcs_seen *of_level(struct pcs_verify_part *p, const struct pcs_seen *like,
				 unsigned level)
{
	for (size_t i = 0; i < p->n_seen; i++)
		if (p->seen[i].parsed.level == level &&
		    pcs_pyc_name_same_tag(&p->seen[i].parsed, &like->parsed))
			return &p->seen[i];
	return NULL;
}

/* Whether policy wants both levels, and one file for the two where they are the same. */
static bool wants_link(const struct pcs_verify_part *p, const struct pcs_expect *e,
		       const struct pcs_seen *a, const struct pcs_seen *b)
{
	unsigned both = 1u << a->parsed.level | 1u << b->parsed.level;
	if (p->verify->flags & PCS_VERIFY_LINKS)
		return true;
	for (size_t i = 0; i < e->n; i++) {
		const struct pcs_want *w = &e->wants[i];
		if (pcs_pyc_name_has_tag(&a->parsed, w->tag))
			return w->compile && (w->settings.levels & both) == both &&
			       w->settings.hardlink_dupes;
	}
	return false;
}

void pcs_verify_links(struct pcs_verify_part *p, const struct pcs_expect *e, pcs_verify_same *same,
		      void *ctx)
{
	for (size_t i = 0; i < p->n_seen; i++) {
		struct pcs_seen *c = &p->seen[i], *below = NULL;
		if (c->parsed.level == 0 || c->parsed.level >= PCS_LEVELS || !c->whole || c->link)
			continue;
		for (unsigned level = c->parsed.level; level-- > 0 && !below;)
			below = of_level(p, c, level);
		if (!below || below->ino == c->ino || below->size != c->size ||
		    !wants_link(p, e, c, below) || !same(ctx, c, below))
			continue;
		c->link = PCS_LINK_LACKING;
		c->link_path = below->name;
	}
}
