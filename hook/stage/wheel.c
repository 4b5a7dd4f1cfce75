/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage/wheel.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"
#include "tree/changes.h"
#include "tree/dir.h"

static const char RECORD[] = "RECORD";

int pcs_wheel_next(const char **text, size_t *len, unsigned field, struct pcs_buf *ret)
{
	const char *p = *text, *end = p + *len;
	while (p < end && (*p == '\n' || *p == '\r'))
		p++;
	*len = (size_t)(end - p);
	if (p == end)
		return 0;
	bool quoted = *p == '"', inside = false;
	unsigned at = 0;
	ret->len = 0;
	int r = pcs_buf_adds(ret, "");
	/* Inside of quotes two of them are one, and neither commas nor line ends are any. */
	for (; p < end && r == 0 && (inside || (*p != '\n' && *p != '\r')); p++) {
		bool twice = inside && *p == '"' && p + 1 < end && p[1] == '"';
		p += twice;
		if (*p == '"' && !twice && (quoted || at))
			inside = !inside;
		else if (*p == ',' && !inside)
			at++;
		else if (at == field)
			r = pcs_buf_add(ret, p, 1);
	}
	*text = p;
	*len = (size_t)(end - p);
	return r < 0 ? r : 1;
}

bool pcs_wheel_is_record(const char *path)
{
	char *dir = strndupa(path, pcs_path_dir_len(path));
	return strcmp(pcs_path_base(path), RECORD) == 0 && pcs_ends_with(dir, ".dist-info");
}

int pcs_wheel_add(struct pcs_changes *changes, const char *path)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf name = { 0 };
	struct stat st;
	int r = pcs_read_source(changes->root, path, &text, &st);
	if (r < 0)
		return r;
	char *info = strndupa(path, pcs_path_dir_len(path));
	char *top = strndupa(info, pcs_path_dir_len(info));
	const char *p = text.data;
	size_t left = text.len;
	while ((r = pcs_wheel_next(&p, &left, PCS_WHEEL_PATH, &name)) > 0) {
		PCS_BUF struct pcs_buf full = { 0 };
		if (pcs_signal_seen())
			return -PCS_ESIGNAL;
		if (!name.len)
			continue;
		r = name.data[0] == '/' ? pcs_buf_adds(&full, name.data) :
					  pcs_path_join(&full, top, name.data);
		if (r == 0)
			r = pcs_changes_add(changes, full.data, full.len);
		if (r < 0)
			return r;
	}
	return r;
}
