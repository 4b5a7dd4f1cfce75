/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/handles.h"

#include "sync/actions.h"
#include "tree/dir.h"
#include "tree/site.h"

/* How many are kept open that nobody holds. */
enum { IDLE_MAX = 32 };

struct pcs_handle {
	struct pcs_dir dir; /* the first member: its address is the handle's */
	struct pcs_place *place;
	unsigned users;
	struct pcs_handle *older, *newer; /* of those that nobody holds */
};

struct pcs_handles {
	const struct pcs_site *site;
	struct pcs_handle *oldest, *newest;
	size_t idle;
};

int pcs_handles_new(const struct pcs_site *site, struct pcs_handles **ret)
{
	struct pcs_handles *p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->site = site;
	*ret = p;
	return 0;
}

static void unlink_idle(struct pcs_handles *p, struct pcs_handle *h)
{
	*(h->older ? &h->older->newer : &p->oldest) = h->newer;
	*(h->newer ? &h->newer->older : &p->newest) = h->older;
	h->older = h->newer = NULL;
	p->idle--;
}

static void close_oldest(struct pcs_handles *p)
{
	struct pcs_handle *h = p->oldest;
	unlink_idle(p, h);
	h->place->handle = NULL;
	pcs_dir_done(&h->dir);
	free(h);
}

void pcs_handles_free(struct pcs_handles *p)
{
	while (p && p->oldest)
		close_oldest(p);
	free(p);
}

/* Without descriptors, those that nobody holds can be spared. */
static int open_dir(struct pcs_handles *p, const struct pcs_place *place, struct pcs_dir *ret)
{
	const struct pcs_root *root = p->site->root;
	int r = pcs_dir_open(root, place->path, place->follow_len, ret);
	if (r == -EMFILE || r == -ENFILE) {
		while (p->oldest)
			close_oldest(p);
		r = pcs_dir_open(root, place->path, place->follow_len, ret);
	}
	if (r == -ENOENT && p->site->prefix)
		r = (pcs_dir_init_gone(root, place->path, ret), 0);
	return r;
}

static int open_place(struct pcs_handles *p, struct pcs_place *place)
{
	struct pcs_handle *h = calloc(1, sizeof(*h));
	int r = h ? open_dir(p, place, &h->dir) : -ENOMEM;
	if (r < 0) {
		free(h);
		return r;
	}
	h->place = place;
	place->handle = h;
	return 0;
}

int pcs_handles_get(struct pcs_handles *p, struct pcs_place *place, struct pcs_dir **ret)
{
	int r = place->handle ? 0 : open_place(p, place);
	if (r < 0)
		return r;
	struct pcs_handle *h = place->handle;
	if (h->users++ == 0 && (h->older || h->newer || p->oldest == h))
		unlink_idle(p, h);
	*ret = &h->dir;
	return place->id.ino &&
	       (h->dir.st.st_dev != place->id.dev || h->dir.st.st_ino != place->id.ino);
}

void pcs_handles_hold(struct pcs_dir *d)
{
	((struct pcs_handle *)d)->users++;
}

void pcs_handles_put(struct pcs_handles *p, struct pcs_dir *d)
{
	struct pcs_handle *h = (struct pcs_handle *)d;
	if (!h || --h->users)
		return;
	h->older = p->newest;
	*(p->newest ? &p->newest->newer : &p->oldest) = h;
	p->newest = h;
	if (++p->idle > IDLE_MAX)
		close_oldest(p);
}
