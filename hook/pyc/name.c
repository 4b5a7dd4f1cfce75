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
