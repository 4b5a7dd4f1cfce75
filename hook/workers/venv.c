/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers/venv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"

#define BLANKS " \t\r"

/* A value in a text; 0 bytes: there is none. */
struct value {
	const char *text;
	int len;
};

/* The value of "KEY = VALUE", of which the last one counts as in CPython's getpath.py. */
static struct value find_value(const char *text, const char *key)
{
	const size_t key_len = strlen(key);
	struct value found = { 0 };
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += strspn(line, BLANKS "\n");
		const char *value = line + key_len;
		if (strncasecmp(line, key, key_len) != 0)
			continue;
		value += strspn(value, BLANKS);
		if (*value++ != '=')
			continue;
		value += strspn(value, BLANKS);
		size_t len = strcspn(value, "\n");
		while (len && strchr(BLANKS, value[len - 1]))
			len--;
		found = (struct value){ value, (int)len };
	}
	return found;
}

static int read_in(const char *dir, struct pcs_buf *ret)
{
	enum { CONFIG_MAX = 64 << 10 };
	struct stat st;
	PCS_CLOSE int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : pcs_fs_read(fd, "pyvenv.cfg", CONFIG_MAX, ret, &st);
}

/* Read the file beside an executable, or above; what is not a file is not read. 0, -ENOMEM, or
 * -errno. */
static int read_config(const char *executable, struct pcs_buf *ret)
{
	PCS_FREE char *bin = strndup(executable, pcs_path_dir_len(executable));
	PCS_FREE char *above = bin ? strndup(bin, pcs_path_dir_len(bin)) : NULL;
	if (!above)
		return -ENOMEM;
	int r = read_in(bin, ret);
	if (pcs_is_absence(r))
		r = read_in(*above ? above : "/", ret);
	return pcs_is_absence(r) || r == -ELOOP || r == -EINVAL ? 0 : r;
}

/* Whether nothing is at a path; an error to be told of is something. */
static bool is_missing(const char *path)
{
	return access(path, F_OK) < 0 && pcs_is_absence(errno);
}

/* The executable that the environment was made with, malloc'ed; NULL where it is missing, or is
 * itself a copy in another. 0 or -ENOMEM. */
static int maker_of(const char *config, char **ret)
{
	struct value is = find_value(config, "executable");
	PCS_BUF struct pcs_buf its = { 0 };
	if (!is.len || is.text[0] != '/')
		return 0;
	PCS_FREE char *path = strndup(is.text, (size_t)is.len);
	if (!path)
		return -ENOMEM;
	if (is_missing(path))
		return 0;
	int r = read_config(path, &its);
	if (r == 0 && !find_value(its.data, "home").len)
		*ret = PCS_TAKE(path);
	return r == -ENOMEM ? r : 0;
}

/* HOME/python3.X of the version, or HOME/python3 where that is not told. 0 or -ENOMEM. */
static int name_by_version(const char *config, struct value home, char **ret)
{
	struct value is = find_value(config, "version");
	if (!is.len)
		is = find_value(config, "version_info"); /* virtualenv's */
	bool known = is.len > 2 && strncmp(is.text, "3.", 2) == 0;
	int n = known ? 2 + (int)strspn(is.text + 2, "0123456789") : 1;
	return asprintf(ret, "%.*s/python%.*s", home.len, home.text, n, known ? is.text : "3") < 0 ?
		       -ENOMEM :
		       0;
}

/* A home may lack the short name that the copy has: Debian has no /usr/bin/python. */
static int find_base(const char *config, const char *name, char **ret)
{
	struct value home = find_value(config, "home");
	PCS_FREE char *base = NULL, *other = NULL;
	if (!home.len || home.text[0] != '/')
		return 0;
	if (asprintf(&base, "%.*s/%s", home.len, home.text, name) < 0)
		return -ENOMEM;
	if (!is_missing(base)) {
		*ret = PCS_TAKE(base);
		return 0;
	}
	int r = maker_of(config, &other);
	if (r == 0 && !other)
		r = name_by_version(config, home, &other);
	if (r < 0)
		return r;
	*ret = other && !is_missing(other) ? PCS_TAKE(other) : PCS_TAKE(base);
	return 0;
}

int pcs_venv_base(const char *executable, char **ret)
{
	PCS_BUF struct pcs_buf config = { 0 };
	int r = read_config(executable, &config);
	return r < 0 ? r : find_base(config.data, pcs_path_base(executable), ret);
}
