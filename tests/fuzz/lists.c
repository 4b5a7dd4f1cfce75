/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: a file of a package manager's database or configuration, in a root that has the others
 * as they should be. The first byte says which. */

#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/root.h"
#include "pkg/managers.h"
#include "pkg/owner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char top[] = "/dev/shm/pycsync-fuzz.XXXXXX";

static const struct {
	const char *path, *text;
} files[] = {
	{ "var/lib/dpkg/info/foo.list", "/.\n/usr\n/usr/lib\n/usr/lib/a.py\n" },
	{ "var/lib/dpkg/status", "Package: foo\nStatus: install ok installed\n\n" },
	{ "var/lib/dpkg/diversions", "/usr/lib/a.py\n/usr/lib/b.py\nfoo\n" },
	{ "var/lib/pacman/local/bar-1-1/files", "%FILES%\nusr/\nusr/lib/\nusr/lib/b.py\n\n" },
	{ "etc/pacman.conf", "[options]\nDBPath = /var/lib/pacman/\n" },
	{ "etc/dpkg/dpkg.cfg", "admindir=/var/lib/dpkg\n" },
	{ "var/lib/pacman/local/ALPM_DB_VERSION", "9\n" },
};

enum { FUZZED = 6 }; /* of them */

static int put(size_t i, const void *text, size_t len)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", top, files[i].path);
	for (char *slash = path + sizeof(top); (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	PCS_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return fd >= 0 && write(fd, text, len) == (ssize_t)len ? 0 : -1;
}

static int put_right(size_t i)
{
	return put(i, files[i].text, strlen(files[i].text));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void remove_all(void)
{
	nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int begin(struct pcs_root *ret)
{
	static bool begun;
	if (!begun) {
		begun = mkdtemp(top);
		atexit(remove_all);
		for (size_t i = 0; begun && i < PCS_ARRAY_SIZE(files); i++)
			if (put_right(i) < 0)
				abort();
	}
	return begun ? pcs_root_open(top, ret) : -1;
}

static void ask(const struct pcs_root *root)
{
	struct pcs_owner *o = NULL;
	if (pcs_owner_new(root, pcs_managers, &o) < 0)
		return;
	pcs_owner_of_bytecode(o, "/usr/lib", "a.py");
	pcs_owner_of_dir(o, "/usr/lib");
	pcs_owner_of_source(o, "/usr/lib", "b.py");
	pcs_owner_package(o, "/usr/lib", "a.py");
	pcs_owner_of_file(o, "/usr/lib", "a.pyc");
	pcs_owner_free(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pcs_root root;
	if (!len || begin(&root) < 0)
		return 0;
	size_t which = data[0] % FUZZED;
	if (put(which, data + 1, len - 1) == 0)
		ask(&root);
	put_right(which);
	pcs_root_done(&root);
	return 0;
}
