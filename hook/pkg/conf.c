/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/conf.h"

#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/listing.h"
#include "base/path.h"
#include "base/root.h"

#define BLANKS " \t\r\v\f"

const char *pcs_conf_next(const char *text, const char *key, size_t *ret_len)
{
	const size_t n = strlen(key);
	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		at += strspn(at, BLANKS "\n");
		if (strncmp(at, key, n) != 0 || !at[n] || !strchr(BLANKS "=", at[n]))
			continue;
		const char *value = at + n + strspn(at + n, BLANKS);
		value += *value == '=';
		value += strspn(value, BLANKS);
		size_t len = strcspn(value, "\n");
		while (len && strchr(BLANKS, value[len - 1]))
			len--;
		bool quoted = len > 1 && strchr("'\"", *value) && value[len - 1] == *value;
		*ret_len = quoted ? len - 2 : len;
		return value + quoted;
	}
	return NULL;
}

int pcs_conf_path(const char *text, const char *key, struct pcs_buf *ret)
{
	static const char expanded[] = "%$~*?[\\'\"`";
	size_t len;
	for (const char *v = text; (v = pcs_conf_next(v, key, &len)); v += len) {
		bool plain = len && *v == '/';
		for (size_t i = 0; i < len; i++)
			plain &= !strchr(expanded, v[i]);
		size_t n = plain ? len : 0;
		while (n && v[n - 1] == '/')
			n--;
		ret->len = 0; /* the last one counts */
		if (pcs_buf_add(ret, v, n) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int say(struct pcs_buf *why, const char *path, int r)
{
	if (r != -ENOMEM)
		pcs_buf_printf(why, "%s cannot be read: %s", path, pcs_strerror(r));
	return r;
}

int pcs_conf_file(const struct pcs_root *root, const char *path, const char *key,
		  struct pcs_buf *ret, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_root_read(root, path, &text, &st);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r < 0)
		return say(ret_why, path, r);
	return text.len ? pcs_conf_path(text.data, key, ret) : 0;
}

int pcs_conf_files(const struct pcs_root *root, const struct pcs_conf_dir *dir, const char *key,
		   struct pcs_buf *ret, struct pcs_buf *ret_why)
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	int r = pcs_root_open_dir(root, dir->path, strlen(dir->path), &fd);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return say(ret_why, dir->path, r);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		if (!dir->is_one(l.entries[i].name))
			continue;
		r = pcs_path_join(&path, dir->path, l.entries[i].name);
		if (r == 0)
			r = pcs_conf_file(root, path.data, key, ret, ret_why);
	}
	pcs_listing_done(&l);
	return r;
}
