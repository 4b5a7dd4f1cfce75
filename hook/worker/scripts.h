/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Programs in Python that are compiled in, from the files of their names; each ends in a NUL. */

#include <stddef.h>

/* The whole worker, for an executable that serves itself. */
extern const char pcs_worker_script[];
extern const size_t pcs_worker_script_len;

/* What both kinds of worker say of a source that fails or is warned of. */
extern const char pcs_words_script[];
extern const size_t pcs_words_script_len;
