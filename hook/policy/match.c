/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/match.h"

#include <string.h>

static const char PLACEHOLDER[] = "{version}";
enum { PLACEHOLDER_LEN = sizeof(PLACEHOLDER) - 1 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t digits(const char *s)
{
	size_t n = 0;
	while (is_digit(s[n]))
		n++;
	return n;
}

size_t pcs_version_len(const char *s)
{
	size_t major = digits(s);
	if (major == 0 || s[major] != '.')
		return 0;
	size_t minor = digits(s + major + 1);
	if (minor == 0)
		return 0;
	size_t n = major + 1 + minor;
	/* The `t` of a free-threaded build is a suffix, not the first letter of some word. */
	return s[n] == 't' && !is_word(s[n + 1]) ? n + 1 : n;
}

/*
 * The length of what "{version}" takes at `s`, or 0. It is the whole version that is there, so that
 * 3.1 does not take the start of 3.11. As a function of the place where it starts, the place where
 * it ends never goes back: that is what lets match_component() retry only the last star.
 */
static size_t version_at(const char *s, const char *version)
{
	size_t found = pcs_version_len(s);
	if (!version)
		return found;
	size_t n = strlen(version);
	if (found && found != n)
		return 0;
	return strncmp(s, version, n) == 0 ? n : 0;
}

static const char *component_end(const char *s)
{
	while (*s && *s != '/')
		s++;
	return s;
}

/* The next byte of a set, `\` taken off; *p moves behind it. */
static unsigned char set_byte(const char **p, const char *end)
{
	if (**p == '\\' && *p + 1 < end)
		++*p;
	return (unsigned char)*(*p)++;
}

/*
 * Whether byte `c` is in the set that starts at `p`, behind its `[`. Returns what is behind the
 * `]`, or NULL where there is none before `end`: then the `[` was no set.
 */
static const char *match_set(const char *p, const char *end, unsigned char c, bool *ret_in)
{
	bool negated = p < end && *p == '!';
	bool in = false;
	p += negated;
	for (const char *first = p; p < end && (*p != ']' || p == first);) {
		unsigned char low = set_byte(&p, end);
		unsigned char high = low;
		if (end - p > 1 && p[0] == '-' && p[1] != ']') {
			p++;
			high = set_byte(&p, end);
		}
		in |= low <= c && c <= high;
	}
	if (p >= end)
		return NULL;
	*ret_in = in != negated;
	return p + 1;
}

/*
 * Match one element of a pattern, not a star, at the start of `s`. On success both places move
 * behind what was matched.
 */
static bool match_element(const char **pattern, const char *pattern_end, const char **s,
			  const char *version)
{
	const char *p = *pattern;
	size_t taken = 1;
	bool in = true;
	const char *behind = NULL;
	if (*p == '[')
		behind = match_set(p + 1, pattern_end, (unsigned char)**s, &in);
	if (behind) {
		p = behind;
	} else if (*p == '{' && p[1] == PLACEHOLDER[1] &&
		   strncmp(p, PLACEHOLDER, PLACEHOLDER_LEN) == 0) {
		taken = version_at(*s, version);
		in = taken != 0;
		p += PLACEHOLDER_LEN;
	} else if (*p == '?') {
		p++;
	} else {
		if (*p == '\\' && p + 1 < pattern_end)
			p++;
		in = *p++ == **s;
	}
	if (!in)
		return false;
	*pattern = p;
	*s += taken;
	return true;
}

/* The byte that an element stands for, where it stands for a single one; else 0. */
static char plain_byte(const char *p, const char *end)
{
	if (p == end || *p == '[' || *p == '?' || *p == '*')
		return '\0';
	if (*p == '\\')
		return p + 1 < end ? p[1] : *p;
	return *p == '{' && p[1] == PLACEHOLDER[1] ? '\0' : *p;
}

/*
 * Match one component; neither side has a slash. What is between two stars ends as early as it can
 * when it starts as early as it can, so only the last star is ever tried again: at most
 * length times length steps.
 */
static bool match_component(const char *p, const char *p_end, const char *s, const char *s_end,
			    const char *version)
{
	const char *star = NULL, *retry = NULL;
	while (p < p_end || s < s_end) {
		if (p < p_end && *p == '*') {
			star = ++p;
			retry = s;
			continue;
		}
		/* More pattern than path: to start later would not help. */
		if (s >= s_end)
			return false;
		if (p < p_end && match_element(&p, p_end, &s, version))
			continue;
		if (!star)
			return false;
		p = star;
		s = ++retry;
		/* What follows the star is mostly a byte that the rest of the path does not have.
		 */
		char next = plain_byte(p, p_end);
		if (next && !(s = retry = memchr(retry, next, (size_t)(s_end - retry))))
			return false;
	}
	return true;
}

bool pcs_word_match(const char *pattern, const char *word)
{
	return match_component(pattern, pattern + strlen(pattern), word, word + strlen(word), NULL);
}

/* Whether the component that starts at `p` is `**`. */
static bool is_deep(const char *p)
{
	return p[0] == '*' && p[1] == '*' && (p[2] == '/' || p[2] == '\0');
}

static bool is_special(char c)
{
	return c == '*' || c == '?' || c == '[' || c == '{' || c == '\\';
}

/*
 * The length of the components that pattern and path begin with alike, up to and with a slash; 0
 * where a plain byte shows that they cannot match. Most rules do not fit most paths, and show it
 * here. The pattern begins with a slash.
 */
static size_t plain_start(const char *pattern, const char *path)
{
	size_t start = 0;
	for (size_t i = 0;; i++) {
		if (is_special(pattern[i]))
			return start;
		if (pattern[i] != path[i])
			return 0;
		if (pattern[i] == '\0')
			return start;
		if (pattern[i] == '/')
			start = i + 1;
	}
}

/* Whether the first byte that a pattern has behind its stars is nowhere in the path. */
static bool lacks_first(const char *pattern, const char *path)
{
	const char *p = pattern + strspn(pattern, "*?/");
	char first = plain_byte(p, p + strlen(p));
	return first && !strchr(path, first);
}

bool pcs_glob_match(const char *pattern, const char *path, const char *version)
{
	if (*path != '/' || (*pattern != '/' && !is_deep(pattern)))
		return false;
	size_t start = *pattern == '/' ? plain_start(pattern, path) : 0;
	if (*pattern == '/' ? start == 0 : lacks_first(pattern, path))
		return false;
	const char *p = pattern + start;
	const char *s = path + (start ? start : 1);
	const char *deep = NULL,
		   *retry = NULL; /* the last `**`: what follows it, tried from here */
	for (;;) {
		if (is_deep(p)) {
			if (p[2] == '\0')
				return *s != '\0';
			p += 3;
			deep = p;
			retry = s;
			continue;
		}
		const char *p_end = component_end(p), *s_end = component_end(s);
		if (match_component(p, p_end, s, s_end, version)) {
			if (*s_end == '\0')
				return *p_end == '\0';
			if (*p_end != '\0') {
				p = p_end + 1;
				s = s_end + 1;
				continue;
			}
		}
		if (!deep)
			return false;
		retry = component_end(retry);
		if (*retry++ == '\0')
			return false;
		p = deep;
		s = retry;
	}
}

size_t pcs_tree_match(const char *root, const char *path, const char **ret_version,
		      size_t *ret_version_len)
{
	const char *version = NULL;
	size_t version_len = 0;
	const char *s = path;
	while (*root) {
		if (*root == '{' && strncmp(root, PLACEHOLDER, PLACEHOLDER_LEN) == 0) {
			size_t n = pcs_version_len(s);
			if (n == 0 || (version && (n != version_len || memcmp(s, version, n) != 0)))
				return 0;
			version = s;
			version_len = n;
			root += PLACEHOLDER_LEN;
			s += n;
		} else if (*root++ != *s++) {
			return 0;
		}
	}
	/* Only "/" ends in a slash itself. */
	bool whole = *s == '\0' || *s == '/' || (s == path + 1 && *path == '/');
	if (!whole || s == path)
		return 0;
	*ret_version = version;
	*ret_version_len = version_len;
	return (size_t)(s - path);
}
