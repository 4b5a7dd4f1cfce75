/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pyc/name.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Take ".opt-N" off the end of the first `len` bytes; returns what is left. */
static size_t cut_level(const char *name, size_t len, unsigned *ret_level)
{
	static const char mark[] = ".opt-";
	size_t n = strlen(mark);
	*ret_level = 0;
	if (len <= n + 1 || !is_digit(name[len - 1]) || memcmp(name + len - 1 - n, mark, n) != 0)
		return len;
	unsigned level = (unsigned)(name[len - 1] - '0');
	*ret_level = level == 1 || level == 2 ? level : PCS_LEVEL_OTHER;
	return len - n - 1;
}

bool pcs_pyc_name_parse(const char *name, struct pcs_pyc_name *ret)
{
	size_t len = strlen(name);
	if (len < 4 || memcmp(name + len - 4, ".pyc", 4) != 0)
		return false;
	unsigned level;
	len = cut_level(name, len - 4, &level);
	const char *dot = memrchr(name, '.', len);
	if (!dot || dot == name)
		return false;
	const char *tag = dot + 1;
	size_t tag_len = len - (size_t)(tag - name);
	if (!pcs_tag_parse(tag, tag_len, NULL))
		return false;
	*ret = (struct pcs_pyc_name){
		.stem_len = (size_t)(dot - name), .tag = tag, .tag_len = tag_len, .level = level
	};
	return true;
}

/* Whether it is "<tag>-pytest-<version>", or "<tag>-PYTEST" of versions before 5
 * (pytest:src/_pytest/assertion/rewrite.py, PYTEST_TAG). */
static bool is_pytest_tag(const char *tag, size_t len)
{
	static const char mark[] = "-pytest-", old[] = "-PYTEST";
	const char *at = memmem(tag, len, mark, strlen(mark));
	if (!at && len > strlen(old) && memcmp(tag + len - strlen(old), old, strlen(old)) == 0)
		at = tag + len - strlen(old);
	return at && pcs_tag_parse(tag, (size_t)(at - tag), NULL);
}

/* Length of the stem of one of pytest's names, or 0. With -O they end in .pyo. */
static size_t pytest_stem(const char *entry)
{
	size_t len = strlen(entry);
	if (len < 4 || memcmp(entry + len - 4, ".py", 3) != 0 || !strchr("co", entry[len - 1]))
		return 0;
	for (size_t i = len - 4; i-- > 1;)
		if (entry[i] == '.' && is_pytest_tag(entry + i + 1, len - 4 - i - 1))
			return i;
	return 0;
}

bool pcs_is_pytest_name(const char *entry)
{
	return pytest_stem(entry) > 0;
}

size_t pcs_stray_stem(const char *entry, size_t after)
{
	size_t len = strlen(entry), pytest = pytest_stem(entry);
	if (pytest)
		return pytest > after ? pytest : 0;
	if (len < 4 || memcmp(entry + len - 4, ".pyc", 4) != 0)
		return 0;
	for (size_t i = after + 1; i + 1 < len - 4; i++)
		if (entry[i] == '.')
			return i;
	return 0;
}

bool pcs_pyc_name_same_tag(const struct pcs_pyc_name *a, const struct pcs_pyc_name *b)
{
	return a->tag && a->tag_len == b->tag_len && memcmp(a->tag, b->tag, a->tag_len) == 0;
}

bool pcs_pyc_name_has_tag(const struct pcs_pyc_name *name, const char *tag)
{
	return name->tag && strncmp(name->tag, tag, name->tag_len) == 0 && !tag[name->tag_len];
}

int pcs_pyc_name_add(struct pcs_buf *ret, const char *source, const char *tag, unsigned level)
{
	static const char *const levels[PCS_LEVELS] = { "", ".opt-1", ".opt-2" };
	return pcs_buf_printf(ret, "%.*s.%s%s.pyc", (int)(strlen(source) - strlen(".py")), source,
			      tag, levels[level]);
}

size_t pcs_source_stem_len(const char *name)
{
	size_t len = strlen(name);
	return len > 3 && memcmp(name + len - 3, ".py", 3) == 0 ? len - 3 : 0;
}
