/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The least that finding a tree fresh can cost: its directories are read, and lstat(2) is asked of each source
 * and of its pyc. Nothing is compared. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void read_all(int fd)
{
	DIR *d = fdopendir(dup(fd));
	while (d && readdir(d))
		;
	if (d)
		closedir(d);
}

static void look(int dir, int cache, const char *name, size_t stem_len)
{
	char pyc[NAME_MAX + 32];
	struct stat st;
	fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW);
	snprintf(pyc, sizeof(pyc), "%.*s.cpython-311.pyc", (int)stem_len, name);
	if (cache >= 0)
		fstatat(cache, pyc, &st, AT_SYMLINK_NOFOLLOW);
}

static void walk(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return;
	int cache = openat(fd, "__pycache__", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (cache >= 0)
		read_all(cache);
	for (struct dirent *e; (e = readdir(d));) {
		size_t len = strlen(e->d_name);
		if (e->d_type == DT_DIR && e->d_name[0] != '.' && strcmp(e->d_name, "__pycache__") != 0)
			walk(fd, e->d_name);
		else if (len > 3 && strcmp(e->d_name + len - 3, ".py") == 0)
			look(fd, cache, e->d_name, len - 3);
	}
	if (cache >= 0)
		close(cache);
	closedir(d);
}

int main(int argc, char **argv)
{
	if (argc == 2)
		walk(AT_FDCWD, argv[1]);
	return argc != 2;
}
