/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/layers.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "base/chase.h"
#include "base/root.h"
#include "base/listing.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/trust.h"
#include "policy/load.h"
#include "policy/policy.h"
#include "policy/query.h"

static const struct {
	const char *file, *drop_ins;
} places[] = {
	{ PCS_VENDORDIR "/policy.yaml", PCS_VENDORDIR "/policy.d" },
	{ "/etc/pycsync/policy.yaml", "/etc/pycsync/policy.d" },
};

void pcs_layers_done(struct pcs_layers *l)
{
	pcs_policy_free(l->policy);
	pcs_diags_done(&l->faults);
	pcs_diags_done(&l->broken);
	*l = (struct pcs_layers){ 0 };
}

static int refuse(struct pcs_layers *l, const char *name, const char *why)
{
	int r = pcs_diags_say(&l->faults, "%s: %s", name, why);
	return r < 0 ? r : pcs_diags_say(&l->broken, "%s", name);
}

/* It cannot be looked at: another time, that may be otherwise. */
static int refuse_unread(struct pcs_layers *l, const char *name, int error)
{
	bool irregular = error == -EINVAL || error == -ELOOP;
	l->unread |= !irregular && !pcs_is_absence(error);
	return refuse(l, name, error == -EINVAL ? "not a regular file" : pcs_strerror(error));
}

/* Whoever may write the policy decides what root does. 1, or what refuse() returns. */
static int trust(struct pcs_layers *l, const struct pcs_root *root, const char *path)
{
	PCS_BUF struct pcs_buf whose = { 0 };
	PCS_BUF struct pcs_buf why = { 0 };
	int r = pcs_is_roots_alone(root->fd, path, &whose);
	if (r > 0 || r == -ENOMEM)
		return r;
	if (r < 0)
		return refuse_unread(l, path, r);
	r = pcs_buf_printf(&why, "refused: %s must be owned by root and writable by nobody else",
			   strcmp(whose.data, path) == 0 ? "it" : whose.data);
	return r < 0 ? r : refuse(l, path, why.data);
}

static int add_text(struct pcs_layers *l, const char *name, const struct pcs_buf *text)
{
	struct pcs_policy *merged;
	const char *data = text->data ? text->data : "";
	int r = l->policy ? 0 : pcs_policy_below(data, text->len, &l->policy);
	if (r == 0)
		r = pcs_policy_load(l->policy, name, data, text->len, &l->faults, &merged);
	if (r == -PCS_EPOLICY)
		return pcs_diags_say(&l->broken, "%s", name);
	if (r)
		return r;
	pcs_policy_free(l->policy);
	l->policy = merged;
	return 0;
}

static int add_file(struct pcs_layers *l, const struct pcs_root *root, const char *path,
		    bool required, bool unasked)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_root_read(root, path, &text, &st);
	if (r == -ENOMEM || (!required && (r == -ENOENT || r == -ENOTDIR)))
		return r == -ENOMEM ? r : 0;
	if (r < 0)
		return refuse_unread(l, path, r);
	r = unasked ? 1 : trust(l, root, path);
	return r <= 0 ? r : add_text(l, path, &text);
}

/* Whether the entry is a link to /dev/null, which need not be there inside a root. */
static bool is_nothing(const struct pcs_root *root, int dir, const char *dir_path, const char *name)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	if (pcs_fs_links_to(dir, name, "/dev/null"))
		return true;
	return pcs_path_join(&path, dir_path, name) == 0 &&
	       pcs_root_stat(root, path.data, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

/* A directory of drop-ins that is open. */
struct drop_ins {
	const char *path;
	int fd; /* -1: there is none */
	struct pcs_listing names;
};

static void drop_ins_done(struct drop_ins *d)
{
	pcs_close(d->fd);
	pcs_listing_done(&d->names);
}

static int open_drop_ins(struct pcs_layers *l, const struct pcs_root *root, const char *path,
			 struct drop_ins *ret)
{
	*ret = (struct drop_ins){ .path = path, .fd = -1 };
	PCS_CLOSE int fd = -1;
	int r = pcs_root_open_dir(root, path, strlen(path), &fd);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	int trusted = r < 0 ? 0 : trust(l, root, path);
	if (r == 0 && trusted <= 0)
		return trusted;
	if (r == 0)
		r = pcs_fs_list(fd, &ret->names);
	if (r < 0)
		return r == -ENOMEM ? r : refuse_unread(l, path, r);
	ret->fd = PCS_TAKE_FD(fd);
	return 0;
}

static bool has_name(const struct pcs_listing *l, const char *name)
{
	size_t i = pcs_listing_lower_bound(l, name);
	return i < l->n && strcmp(l->entries[i].name, name) == 0;
}

/* Each in the order of its name; those that `mask` has too are left to it. */
static int add_drop_ins(struct pcs_layers *l, const struct pcs_root *root, const struct drop_ins *d,
			const struct drop_ins *mask)
{
	int r = 0;
	for (size_t i = 0; i < d->names.n && r == 0; i++) {
		const char *name = d->names.entries[i].name;
		PCS_BUF struct pcs_buf path = { 0 };
		if (name[0] == '.' || !pcs_ends_with(name, ".yaml") ||
		    (mask && has_name(&mask->names, name)) ||
		    is_nothing(root, d->fd, d->path, name))
			continue;
		r = pcs_path_join(&path, d->path, name);
		if (r == 0)
			r = add_file(l, root, path.data, true, false);
	}
	return r;
}

static int add_main_file(struct pcs_layers *l, const struct pcs_root *root, const char *path)
{
	PCS_CLOSE int dir = -1;
	size_t len = pcs_path_dir_len(path);
	char *parent = strndupa(path, len);
	if (pcs_root_open_dir(root, parent, len, &dir) == 0 &&
	    is_nothing(root, dir, parent, pcs_path_base(path)))
		return 0;
	return add_file(l, root, path, false, false);
}

static int add_system(struct pcs_layers *l, const struct pcs_root *root)
{
	PCS_CLEANUP(drop_ins_done) struct drop_ins vendor = { .fd = -1 };
	PCS_CLEANUP(drop_ins_done) struct drop_ins admin = { .fd = -1 };
	int r = open_drop_ins(l, root, places[1].drop_ins, &admin);
	if (r == 0)
		r = add_main_file(l, root, places[0].file);
	if (r == 0)
		r = open_drop_ins(l, root, places[0].drop_ins, &vendor);
	if (r == 0)
		r = add_drop_ins(l, root, &vendor, &admin);
	if (r == 0)
		r = add_main_file(l, root, places[1].file);
	return r < 0 ? r : add_drop_ins(l, root, &admin, NULL);
}

static bool is_left_over(const char *name)
{
	static const char *const ends[] = { "~",         ".bak",      ".rpmnew",   ".rpmsave",
					    ".rpmorig",  ".dpkg-new", ".dpkg-old", ".dpkg-dist",
					    ".dpkg-tmp", ".pacnew",   ".pacsave",  ".pacorig" };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(ends); i++)
		if (pcs_ends_with(name, ends[i]))
			return true;
	return false;
}

/* Beside the main file: what is called like it, or ends like it. */
static const char *why_beside(const char *name)
{
	static const char *const known[] = { "policy.yaml", "policy.d", "policy.schema.json" };
	for (size_t i = 0; i < PCS_ARRAY_SIZE(known); i++)
		if (strcmp(name, known[i]) == 0)
			return NULL;
	bool meant = strncmp(name + (name[0] == '.'), "policy", strlen("policy")) == 0 ||
		     pcs_ends_with(name, ".yaml") || pcs_ends_with(name, ".yml");
	return meant ? "only policy.yaml and policy.d/*.yaml are read here" : NULL;
}

static const char *why_drop_in(const char *name)
{
	return name[0] == '.'               ? "its name begins with a dot" :
	       pcs_ends_with(name, ".yaml") ? NULL :
					      "its name does not end in .yaml";
}

static int add_ignored(const struct pcs_root *root, const char *dir,
		       const char *(*why_not)(const char *name), struct pcs_diags *ret)
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	int r = pcs_root_open_dir(root, dir, strlen(dir), &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		const char *name = l.entries[i].name, *why = why_not(name);
		if (why && !is_left_over(name))
			r = pcs_diags_say(ret, "%s/%s is not read: %s", dir, name, why);
	}
	pcs_listing_done(&l);
	return r == -ENOMEM ? r : 0; /* what cannot be read, the reading of layers tells of */
}

int pcs_layers_ignored(const struct pcs_root *root, struct pcs_diags *ret)
{
	int r = 0;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(places) && r == 0; i++) {
		const char *file = places[i].file;
		r = add_ignored(root, strndupa(file, pcs_path_dir_len(file)), why_beside, ret);
		if (r == 0)
			r = add_ignored(root, places[i].drop_ins, why_drop_in, ret);
	}
	return r;
}

static int add_named(struct pcs_layers *l, const char *name, bool unasked)
{
	struct pcs_root host;
	PCS_FREE char *path = realpath(name, NULL);
	if (!path)
		return refuse_unread(l, name, -errno);
	int r = pcs_root_open("/", &host);
	if (r < 0)
		return refuse_unread(l, name, r);
	r = add_file(l, &host, path, true, unasked);
	pcs_root_done(&host);
	return r;
}

int pcs_layers_read(const struct pcs_root *root, const char *extra, struct pcs_layers *ret)
{
	*ret = (struct pcs_layers){ 0 };
	int r = add_system(ret, root);
	if (r == 0 && !ret->policy)
		r = pcs_policy_builtin(&ret->policy);
	ret->inside = r == 0 ? pcs_policy_layers(ret->policy) : 0;
	if (r == 0 && extra)
		r = add_named(ret, extra, false);
	return r < 0 ? r : pcs_policy_ready(ret->policy);
}

int pcs_layers_read_file(const char *file, struct pcs_layers *ret)
{
	*ret = (struct pcs_layers){ 0 };
	int r = add_named(ret, file, true);
	if (r == 0 && !ret->policy)
		r = pcs_policy_builtin(&ret->policy);
	return r < 0 ? r : pcs_policy_ready(ret->policy);
}
