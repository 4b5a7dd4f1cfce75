/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Where messages go. Library code logs at debug only; commands report each error once. */

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"

enum pcs_log_level {
	PCS_LOG_ERROR,
	PCS_LOG_WARNING,
	PCS_LOG_INFO,
	PCS_LOG_DEBUG,
};

/* Show messages up to `level` (default PCS_LOG_INFO). */
void pcs_log_set_level(enum pcs_log_level level);

/* Send messages to syslog(3) as well, with `who` and a colon in front; it must live on. */
void pcs_log_to_syslog(const char *who);

/* Have `guard` called before a message is written to stderr, and after it; NULL: nothing is. */
void pcs_log_set_guard(void (*guard)(bool writing));

/* A message for syslog alone, where that is on. */
void pcs_log_note(const char *fmt, ...) PCS_PRINTF(1, 2);

/* One message on stderr, "pycsync: " before it and a newline behind it; control characters as by
 * pcs_buf_add_lines(); errno is kept. */
void pcs_log(enum pcs_log_level level, const char *fmt, ...) PCS_PRINTF(2, 3);

#define pcs_error(...) pcs_log(PCS_LOG_ERROR, __VA_ARGS__)
#define pcs_warning(...) pcs_log(PCS_LOG_WARNING, __VA_ARGS__)
#define pcs_info(...) pcs_log(PCS_LOG_INFO, __VA_ARGS__)
#define pcs_debug(...) pcs_log(PCS_LOG_DEBUG, __VA_ARGS__)

/* Report an error; the value is the status or code that it comes to. */
#define pcs_fail(status, ...) (pcs_error(__VA_ARGS__), (status))

/*
 * Append bytes for people: control characters (see pcs_utf8_is_control()) as \xNN, so that a file
 * name can neither break a line nor drive a terminal nor look like another; all other bytes as they
 * are. 0 or -ENOMEM.
 */
int pcs_buf_add_shown(struct pcs_buf *b, const char *bytes, size_t len);

/* The same of text that has lines: newlines and tabs are as they are. 0 or -ENOMEM. */
int pcs_buf_add_lines(struct pcs_buf *b, const char *text, size_t len);

/* Write text of others whose bytes scripts compare: as it is, but to a terminal, of any kind, as by
 * pcs_buf_add_lines(). */
void pcs_write_text(FILE *to, const char *text, size_t len);

/*
 * Append what an interpreter says, of each line no more than people read: it may name, or quote
 * indented, a line of megabytes. The end of such a line is "..."; one that has nothing but blanks
 * before it is left out, as are newlines at the end. 0 or -ENOMEM.
 */
int pcs_buf_add_abridged(struct pcs_buf *b, const char *text, size_t len);
