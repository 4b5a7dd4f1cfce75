#include "stage/wheel.h"

#include <string.h>

#include "base/path.h"
#include "tree/changes.h"
#include "tree/dir.h"

static const char RECORD[] = "RECORD";

/* A field in quotes, where two of them are one; *p is behind the first. */
static int quoted(const char **p, const char *end, struct pcs_buf *ret)
{
	int r = 0;
	while (*p < end && r == 0) {
		const char *quote = memchr(*p, '"', (size_t)(end - *p));
		const char *stop = quote ? quote : end;
		r = pcs_buf_add(ret, *p, (size_t)(stop - *p));
		*p = quote ? quote + 1 : end;
		if (*p == end || **p != '"')
			break;
		if (r == 0)
			r = pcs_buf_adds(ret, "\"");
		++*p;
	}
	return r;
}

/* Behind the end of the row; a line end inside of quotes is none. */
static const char *row_end(const char *p, const char *end)
{
	bool inside = false;
	for (; p < end && (inside || (*p != '\n' && *p != '\r')); p++)
		inside ^= *p == '"';
	while (p < end && (*p == '\n' || *p == '\r'))
		p++;
	return p;
}

int pcs_wheel_next(const char **text, size_t *len, struct pcs_buf *ret)
{
	const char *p = *text, *end = p + *len;
	int r = 0;
	while (p < end && (*p == '\n' || *p == '\r'))
		p++;
	if (p == end)
		return 0;
	ret->len = 0;
	if (*p == '"') {
		p++;
		r = quoted(&p, end, ret);
	} else {
		const char *start = p;
		while (p < end && *p != ',' && *p != '\n' && *p != '\r')
			p++;
		r = pcs_buf_add(ret, start, (size_t)(p - start));
	}
	p = row_end(p, end);
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
	while ((r = pcs_wheel_next(&p, &left, &name)) > 0) {
		PCS_BUF struct pcs_buf full = { 0 };
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
