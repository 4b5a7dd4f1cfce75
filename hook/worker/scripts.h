#pragma once
/* Programs in Python that are compiled in, from the files of their names; each ends in a NUL. */

#include <stddef.h>

/* The whole worker, for an executable that serves itself. */
extern const char pcs_worker_script[];
extern const size_t pcs_worker_script_len;

/* What an interpreter in a library is given at its start. */
extern const char pcs_quote_script[];
extern const size_t pcs_quote_script_len;
extern const char pcs_warn_script[];
extern const size_t pcs_warn_script_len;
