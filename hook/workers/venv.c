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

/* The value of "home = VALUE", of which the last one counts as in CPython's getpath.py; 0: none. */
static size_t find_home(const char *text, const char **ret)
{
	static const char key[] = "home";
	size_t len = 0;
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += strspn(line, BLANKS "\n");
		const char *value = line + strlen(key);
		if (strncasecmp(line, key, strlen(key)) != 0)
			continue;
		value += strspn(value, BLANKS);
		if (*value++ != '=')
			continue;
		value += strspn(value, BLANKS);
		*ret = value;
		len = strcspn(value, "\n");
		while (len && strchr(BLANKS, value[len - 1]))
			len--;
	}
	return len;
}

/* 0, -ENOENT where `dir` has no such file, -ENOMEM, or -errno. */
static int read_home(const char *dir, const char *name, char **ret)
{
	enum { CONFIG_MAX = 64 << 10 };
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	const char *home = NULL;
	PCS_CLOSE int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = pcs_fs_read(fd, "pyvenv.cfg", CONFIG_MAX, &text, &st);
	if (r < 0)
		return r;
	size_t len = find_home(text.data, &home);
	if (len && home[0] == '/' && asprintf(ret, "%.*s/%s", (int)len, home, name) < 0)
		return -ENOMEM;
	return 0;
}

int pcs_venv_base(const char *executable, char **ret)
{
	const char *name = pcs_path_base(executable);
	PCS_FREE char *bin = strndup(executable, pcs_path_dir_len(executable));
	PCS_FREE char *above = bin ? strndup(bin, pcs_path_dir_len(bin)) : NULL;
	char *base = NULL;
	if (!above)
		return -ENOMEM;
	int r = read_home(bin, name, &base);
	if (pcs_is_absence(r))
		r = read_home(*above ? above : "/", name, &base);
	if (pcs_is_absence(r) || r == -ELOOP || r == -EINVAL)
		r = 0; /* what is not a file is not read */
	if (r == 0)
		*ret = base;
	return r;
}
