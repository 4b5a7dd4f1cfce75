/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/identity.h"
#include "base/path.h"
#include "base/root.h"
#include "base/trust.h"
#include "pyc/canon.h"

enum {
	DIR_MODE = 0755,
	FILE_MODE = 0600,
	SHARED_MODE = 0644,
	TOUCH_SECONDS = 24 * 60 * 60, /* how old a use may look */
};

/* ---- directories ---- */

/* Whether root may use it: 1; 0, and the layer tells why not; or -errno. */
static int is_trusted(const struct pcs_root *root, const char *path, struct pcs_store_layer *l)
{
	PCS_BUF struct pcs_buf whose = { 0 };
	int r = pcs_is_roots_alone(root->fd, path, &whose);
	if (r == 0 && asprintf(&l->why, "others may write %s", whose.data) < 0) {
		l->why = NULL;
		r = -ENOMEM;
	}
	return r;
}

/* Make a directory in one that is there. 1, 0 or -errno as above. */
static int make(const struct pcs_root *root, const char *path, struct pcs_store_layer *l)
{
	PCS_CLOSE int fd = -1;
	PCS_CLOSE int made = -1;
	char *above = strndupa(path, pcs_path_dir_len(path));
	int r = is_trusted(root, *above ? above : "/", l);
	if (r > 0)
		r = pcs_root_open_dir(root, *above ? above : "/", strlen(above), &fd);
	if (r < 0 || fd < 0)
		return r;
	r = pcs_fs_make_dir(fd, pcs_path_base(path), DIR_MODE, geteuid(), &made);
	return r == 0 || r == -EEXIST || r == -PCS_EREPLACED ? 1 : r;
}

static void open_layer(const struct pcs_root *root, bool may_make, struct pcs_store_layer *l)
{
	struct stat st;
	int r = pcs_root_stat(root, l->path, &st);
	if (r == -ENOENT && may_make)
		r = make(root, l->path, l);
	if (r >= 0 && !l->why)
		r = is_trusted(root, l->path, l);
	if (r > 0)
		r = pcs_root_open_dir(root, l->path, strlen(l->path), &l->fd);
	l->error = r < 0 ? r : 0;
}

int pcs_store_open(const struct pcs_store_spec *spec, struct pcs_store *ret)
{
	struct pcs_store s = { .size = spec->size, .n = 1 };
	while (spec->read[s.n - 1])
		s.n++;
	s.layers = calloc(s.n, sizeof(*s.layers));
	if (!s.layers)
		return -ENOMEM;
	pcs_act_as_self();
	for (size_t i = 0; i < s.n; i++) {
		s.layers[i] = (struct pcs_store_layer){ .path = i ? spec->read[i - 1] : spec->path,
							.fd = -1 };
		open_layer(spec->root, i == 0 && spec->make, &s.layers[i]);
	}
	*ret = s;
	return 0;
}

void pcs_store_done(struct pcs_store *s)
{
	for (size_t i = 0; s->layers && i < s->n; i++) {
		pcs_close(s->layers[i].fd);
		free(s->layers[i].why);
	}
	free(s->layers);
	pcs_buf_done(&s->entry);
	pcs_buf_done(&s->name);
	*s = (struct pcs_store){ 0 };
}

/* ---- entries ---- */

int pcs_store_name(const struct pcs_entry_key *key, struct pcs_buf *ret)
{
	char name[PCS_ENTRY_NAME + 1];
	pcs_entry_name(key, name);
	return pcs_buf_printf(ret, "%.2s/%s", name, name + 2);
}

/* Eviction goes by the last use, which is noted once a day. */
static void touch(const struct pcs_store *s, const struct stat *st)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec - st->st_mtim.tv_sec > TOUCH_SECONDS)
		pcs_fs_touch(s->layers[0].fd, s->name.data);
}

/* Read the entry that is named in s->name from a layer. 1 with its code in s->entry; 0; -ENOMEM. */
static int read_entry(struct pcs_store *s, size_t layer, const struct pcs_entry_key *key,
		      const struct pcs_entry *asked, struct pcs_entry *ret)
{
	struct stat st;
	s->entry.len = 0;
	int r = pcs_fs_read(s->layers[layer].fd, s->name.data, PCS_SOURCE_MAX, &s->entry, &st);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (pcs_others_write(&st) || pcs_entry_check(&s->entry, key, ret) ||
	    ret->minor != asked->minor || (asked->quiet && !ret->quiet))
		return 0;
	pcs_buf_consume(&s->entry, PCS_ENTRY_HEAD);
	if (layer == 0)
		touch(s, &st);
	return 1;
}

int pcs_store_get(struct pcs_store *s, const struct pcs_entry_key *key,
		  const struct pcs_entry *asked, const char *name, struct pcs_buf *ret)
{
	struct pcs_refusal why;
	struct pcs_entry is;
	char held[PCS_ENTRY_NAME + 1];
	pcs_act_as_self();
	pcs_entry_name(key, held);
	s->name.len = 0;
	int r = pcs_store_name(key, &s->name);
	for (size_t i = 0; i < s->n && r == 0; i++) {
		if (s->layers[i].fd < 0)
			continue;
		r = read_entry(s, i, key, asked, &is);
		if (r <= 0)
			continue;
		r = pcs_marshal_put_name(&s->entry, is.minor, is.name, held, name, ret, &why);
		if (r == 0)
			return 1;
		r = r == -PCS_ECANON ? 0 : r;
	}
	return r;
}

/* The entry, whole, into s->entry. */
static int make_entry(struct pcs_store *s, const struct pcs_entry_key *key,
		      const struct pcs_entry *e, const void *code, size_t len)
{
	static const char head[PCS_ENTRY_HEAD];
	PCS_BUF struct pcs_buf copy = { 0 };
	struct pcs_refusal why;
	struct pcs_entry as = *e;
	char name[PCS_ENTRY_NAME + 1];
	pcs_entry_name(key, name);
	s->entry.len = 0;
	int r = pcs_buf_add(&s->entry, head, sizeof(head));
	if (r == 0)
		r = pcs_buf_add(&copy, code, len);
	if (r == 0)
		r = pcs_marshal_renamed(&copy, e->minor, name, &s->entry, &why);
	if (r < 0)
		return r;
	as.name = pcs_marshal_find_name((const uint8_t *)s->entry.data + PCS_ENTRY_HEAD,
					s->entry.len - PCS_ENTRY_HEAD, name);
	return as.name == SIZE_MAX ? -PCS_ECANON : pcs_entry_seal(&s->entry, key, &as);
}

static int write_entry(struct pcs_store *s, mode_t mode)
{
	PCS_CLOSE int dir = -1;
	struct pcs_tmp tmp;
	const int top = s->layers[0].fd;
	const char *name = pcs_path_base(s->name.data);
	char *sub = strndupa(s->name.data, pcs_path_dir_len(s->name.data));
	int r = pcs_fs_open_subdir(top, sub, &dir);
	if (r == -ENOENT)
		r = pcs_fs_make_dir(top, sub, DIR_MODE, geteuid(), &dir);
	if (r == -EEXIST || r == -PCS_EREPLACED) /* another run made it, and has used it */
		r = pcs_fs_open_subdir(top, sub, &dir);
	if (r == 0)
		r = pcs_tmp_write(dir, s->entry.data, s->entry.len, "", 0, mode, NULL, &tmp);
	/* One that is torn by a crash has a wrong checksum: nobody need wait for the disk. */
	return r < 0 ? r : pcs_tmp_commit(dir, &tmp, name, false, NULL);
}

void pcs_store_put(struct pcs_store *s, const struct pcs_entry_key *key, const struct pcs_entry *e,
		   bool shared, const void *code, size_t len)
{
	if (s->error || s->layers[0].fd < 0)
		return;
	pcs_act_as_self();
	s->name.len = 0;
	int r = make_entry(s, key, e, code, len);
	if (r == -PCS_ECANON)
		return;
	if (r == 0)
		r = pcs_store_name(key, &s->name);
	if (r == 0)
		r = write_entry(s, shared ? SHARED_MODE : FILE_MODE);
	s->error = r;
	if (r == 0)
		s->written += s->entry.len;
}
