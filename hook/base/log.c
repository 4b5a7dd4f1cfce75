#include "base/log.h"

#include <string.h>
#include <syslog.h>

static enum pcs_log_level current_level = PCS_LOG_INFO;
static const char *syslog_who;

void pcs_log_set_level(enum pcs_log_level level)
{
	current_level = level;
}

void pcs_log_to_syslog(const char *who)
{
	syslog_who = who;
	openlog("pycsync", LOG_PID, LOG_USER);
}

void pcs_log_note(const char *fmt, ...)
{
	PCS_BUF struct pcs_buf text = { 0 };
	va_list ap;
	if (!syslog_who)
		return;
	va_start(ap, fmt);
	if (pcs_buf_vprintf(&text, fmt, ap) == 0)
		syslog(LOG_INFO, "%s: %s", syslog_who, text.data);
	va_end(ap);
}

/* Lines below the first one quote a source: a log has one line a message. */
static void to_syslog(enum pcs_log_level level, const char *text)
{
	static const int levels[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
	if (syslog_who)
		syslog(levels[level], "%s: %.*s", syslog_who, (int)strcspn(text, "\n"), text);
}

int pcs_buf_add_shown(struct pcs_buf *b, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];
		unsigned char next = i + 1 < len ? (unsigned char)bytes[i + 1] : 0;
		int r;
		if (c == 0xc2 && next >= 0x80 && next < 0xa0) { /* U+0080 to U+009F */
			r = pcs_buf_printf(b, "\\x%02x\\x%02x", c, next);
			i++;
		} else if (c < 0x20 || c == 0x7f) {
			r = pcs_buf_printf(b, "\\x%02x", c);
		} else {
			r = pcs_buf_add(b, &bytes[i], 1);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* One write() a message: lines of several processes do not mix, and nothing waits in a buffer. */
void pcs_log(enum pcs_log_level level, const char *fmt, ...)
{
	if (level > current_level)
		return;
	int saved = errno;
	PCS_BUF struct pcs_buf text = { 0 };
	va_list ap;
	va_start(ap, fmt);
	int r = pcs_buf_adds(&text, "pycsync: ");
	if (r == 0 && level == PCS_LOG_WARNING)
		r = pcs_buf_adds(&text, "warning: ");
	if (r == 0)
		r = pcs_buf_vprintf(&text, fmt, ap);
	if (r == 0)
		r = pcs_buf_adds(&text, "\n");
	va_end(ap);
	if (r == 0)
		to_syslog(level, text.data + strlen("pycsync: "));
	const char *p = r == 0 ? text.data : "pycsync: out of memory\n";
	for (size_t left = strlen(p); left;) {
		ssize_t n = write(STDERR_FILENO, p, left);
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0) {
			p += n;
			left -= (size_t)n;
		}
	}
	errno = saved;
}
