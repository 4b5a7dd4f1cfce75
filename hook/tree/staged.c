/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/staged.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/time.h"
#include "policy/match.h"
#include "policy/settings.h"

bool pcs_staged_removes(const struct pcs_staged *s)
{
	return s->extra == PCS_EXTRA_FIX || s->extra == PCS_EXTRA_REMOVE;
}

bool pcs_epoch_parse(const char *text, uint32_t *ret)
{
	uint64_t n = 0;
	if (!*text)
		return false;
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return false;
		n = n * 10 + (uint64_t)(*p - '0');
		if (n > UINT32_MAX)
			return false;
	}
	*ret = (uint32_t)n;
	return true;
}

struct timespec pcs_staged_time(const struct pcs_staged *s, struct timespec mtime)
{
	const struct timespec epoch = { .tv_sec = (time_t)s->epoch };
	return s->has_epoch && pcs_time_earlier(&epoch, &mtime) ? epoch : mtime;
}

int pcs_staged_recorded(const struct pcs_staged *s, const char *path, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf full = { 0 };
	int r = pcs_buf_printf(&full, "%s%s", s->host, path);
	if (r < 0)
		return r;
	if (!pcs_path_within(full.data, *s->strip ? s->strip : "/"))
		return -PCS_ESTRIP;
	return pcs_buf_printf(ret, "%s%s", s->prepend, full.data + strlen(s->strip));
}

size_t pcs_staged_version_in(const char *name, size_t len, const char **ret)
{
	bool pypy = strncmp(name, "pypy3.", 6) == 0;
	if (!pypy && strncmp(name, "python", 6) != 0)
		return 0;
	size_t before = pypy ? 4 : 6;
	size_t n = len > before ? pcs_version_len(name + before) : 0;
	if (n == 0 || before + n != len)
		return 0;
	*ret = pypy ? name : name + before;
	return pypy ? len : n;
}

size_t pcs_staged_version(const char *path, const char **ret)
{
	bool in_lib = false;
	for (const char *p = path; *p;) {
		p += strspn(p, "/");
		size_t len = strcspn(p, "/");
		size_t n = in_lib ? pcs_staged_version_in(p, len, ret) : 0;
		if (n)
			return n;
		in_lib = len >= 3 && memcmp(p, "lib", 3) == 0;
		p += len;
	}
	return 0;
}
