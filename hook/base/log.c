/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <limits.h>
#include <string.h>
#include <syslog.h>

#include "base/terminal.h"
#include "base/utf8.h"

enum {
	QUOTED_MAX = 1000,          /* of a line of a source */
	SAID_MAX = PATH_MAX + 2000, /* of one that may begin with a path */
};

static enum pcs_log_level current_level = PCS_LOG_INFO;
static const char *syslog_who;
static void (*log_guard)(bool writing);

void pcs_log_set_level(enum pcs_log_level level)
{
	current_level = level;
}

void pcs_log_set_guard(void (*guard)(bool writing))
{
	log_guard = guard;
}

void pcs_log_to_syslog(const char *who)
{
	syslog_who = who;
	openlog("pycsync", LOG_PID, LOG_USER);
}

/* Lines below the first one quote a source: a log has one line a message. */
static void to_syslog(enum pcs_log_level level, const char *text)
{
	static const int levels[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
	if (syslog_who)
		syslog(levels[level], "%s: %s%.*s", syslog_who,
		       level == PCS_LOG_WARNING ? "warning: " : "", (int)strcspn(text, "\n"), text);
}

int pcs_buf_add_shown(struct pcs_buf *b, const char *bytes, size_t len)
{
	bool control;
	int r = 0;
	for (size_t i = 0, n; i < len && r == 0; i += n) {
		n = pcs_utf8_step(bytes + i, len - i, &control);
		if (!control)
			r = pcs_buf_add(b, bytes + i, n);
		for (size_t k = 0; control && k < n && r == 0; k++)
			r = pcs_buf_printf(b, "\\x%02x", (unsigned char)bytes[i + k]);
	}
	return r;
}

int pcs_buf_add_lines(struct pcs_buf *b, const char *text, size_t len)
{
	int r = 0;
	for (size_t i = 0; i < len && r == 0;) {
		const size_t start = i;
		const bool layout = text[i] == '\n' || text[i] == '\t';
		while (i < len && (text[i] == '\n' || text[i] == '\t') == layout)
			i++;
		r = layout ? pcs_buf_add(b, text + start, i - start) :
			     pcs_buf_add_shown(b, text + start, i - start);
	}
	return r;
}

void pcs_write_text(FILE *to, const char *text, size_t len)
{
	PCS_BUF struct pcs_buf shown = { 0 };
	if (!isatty(fileno(to)))
		fwrite(text, 1, len, to);
	else if (pcs_buf_add_lines(&shown, text, len) == 0)
		fwrite(shown.data, 1, shown.len, to);
}

/* How much of a line is kept: whole characters. */
static size_t abridged(const char *line, size_t len)
{
	const size_t max = len && *line == ' ' ? QUOTED_MAX : SAID_MAX;
	if (len <= max)
		return len;
	for (len = max; len && (line[len] & 0xc0) == 0x80;)
		len--;
	return len;
}

static bool is_blank(const char *s, size_t len)
{
	size_t i = 0;
	while (i < len && s[i] == ' ')
		i++;
	return i == len;
}

int pcs_buf_add_abridged(struct pcs_buf *b, const char *text, size_t len)
{
	const char *end = text + len, *before = "";
	int r = 0;
	while (end > text && end[-1] == '\n')
		end--;
	while (text < end && r == 0) {
		const char *nl = memchr(text, '\n', (size_t)(end - text)) ?: end;
		const size_t kept = abridged(text, (size_t)(nl - text));
		const bool cut = text + kept < nl;
		if (!cut || !is_blank(text, kept)) {
			r = pcs_buf_adds(b, before);
			if (r == 0)
				r = pcs_buf_add(b, text, kept);
			if (r == 0 && cut)
				r = pcs_buf_adds(b, "...");
			before = "\n";
		}
		text = nl + (nl < end);
	}
	return r;
}

/* Names come into messages as they are; what ends a line or stands at its start was meant. */
static int add_message(struct pcs_buf *b, const char *fmt, va_list ap)
{
	PCS_BUF struct pcs_buf text = { 0 };
	int r = pcs_buf_vprintf(&text, fmt, ap);
	return r < 0 ? r : pcs_buf_add_lines(b, text.data, text.len);
}

void pcs_log_note(const char *fmt, ...)
{
	PCS_BUF struct pcs_buf text = { 0 };
	va_list ap;
	if (!syslog_who)
		return;
	va_start(ap, fmt);
	if (add_message(&text, fmt, ap) == 0)
		syslog(LOG_INFO, "%s: %s", syslog_who, text.data);
	va_end(ap);
}

/* One write() a message: lines of several processes do not mix, and nothing waits in a buffer. */
static void put(const char *text)
{
	if (log_guard)
		log_guard(true);
	for (size_t left = strlen(text); left;) {
		ssize_t n = write(STDERR_FILENO, text, left);
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0) {
			text += n;
			left -= (size_t)n;
		}
	}
	if (log_guard)
		log_guard(false);
}

/* "pycsync: " and what a message is, in color where there is one. */
static int add_head(enum pcs_log_level level, struct pcs_buf *b)
{
	const enum pcs_hue hue = level == PCS_LOG_ERROR   ? PCS_RED :
				 level == PCS_LOG_WARNING ? PCS_YELLOW :
							    PCS_FAINT;
	return pcs_buf_printf(b, "%spycsync:%s%s ", pcs_color(STDERR_FILENO, hue),
			      level == PCS_LOG_WARNING ? " warning:" : "",
			      pcs_color(STDERR_FILENO, PCS_PLAIN));
}

void pcs_log(enum pcs_log_level level, const char *fmt, ...)
{
	if (level > current_level)
		return;
	int saved = errno;
	PCS_BUF struct pcs_buf text = { 0 };
	va_list ap;
	va_start(ap, fmt);
	int r = add_head(level, &text);
	const size_t head = text.len;
	if (r == 0)
		r = add_message(&text, fmt, ap);
	if (r == 0)
		r = pcs_buf_adds(&text, "\n");
	va_end(ap);
	if (r == 0)
		to_syslog(level, text.data + head);
	put(r == 0 ? text.data : "pycsync: out of memory\n");
	errno = saved;
}
