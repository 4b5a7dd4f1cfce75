/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The one writer of JSON. Errors are sticky: write everything, then ask pcs_json_done(). */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

enum { PCS_JSON_DEPTH = 16 };

/* Zero-initialise it, and set `out` where lines are to be written. */
struct pcs_json {
	FILE *out;           /* gets each outermost value when it ends, as one whole line */
	struct pcs_buf text; /* what was written and did not go to `out` */
	int err;             /* the first error, or 0 */
	unsigned depth;
	char ends[PCS_JSON_DEPTH]; /* the bracket that ends each open object or array */
	bool more;                 /* the next member or item needs a comma before it */
};

/*
 * In all of these `key` is the member's name; NULL for an item of an array and for an outermost
 * value. Text may be any bytes: what is not UTF-8 becomes \udcXX, as Python's surrogateescape has
 * it, and what drives a terminal (pcs_utf8_is_control()) becomes \uXXXX.
 */

/* Begin an object ('{') or an array ('['). */
void pcs_json_begin(struct pcs_json *j, const char *key, char bracket);

/* End the innermost object or array. */
void pcs_json_end(struct pcs_json *j);

/* A string of `len` bytes; null where `bytes` is NULL. */
void pcs_json_bytes(struct pcs_json *j, const char *key, const char *bytes, size_t len);

/* A string; null where it is NULL. */
void pcs_json_string(struct pcs_json *j, const char *key, const char *s);

/* A string; null where it is NULL or empty. */
void pcs_json_filled(struct pcs_json *j, const char *key, const char *s);

/* A number, or null where it is not `known`. */
void pcs_json_number(struct pcs_json *j, const char *key, uint64_t n);
void pcs_json_number_if(struct pcs_json *j, const char *key, bool known, uint64_t n);

/* True or false. */
void pcs_json_bool(struct pcs_json *j, const char *key, bool value);

/* A value that is JSON already; NULL where it could not be made, which is -ENOMEM. */
void pcs_json_raw(struct pcs_json *j, const char *key, const char *value);

/* Free what was written. The first error: -ENOMEM, or -errno of writing to `out`. */
int pcs_json_done(struct pcs_json *j);

/*
 * Append bytes as a JSON string. With `yaml` as one that YAML reads as well: what it does not
 * allow in a text is escaped, and what is not UTF-8 becomes U+FFFD. 0 or -ENOMEM.
 */
int pcs_buf_add_quoted(struct pcs_buf *b, const char *bytes, size_t len, bool yaml);
