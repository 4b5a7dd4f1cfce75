#pragma once
/* The directories of actions, opened. */

#include <stdbool.h>

struct pcs_place;
struct pcs_site;

/* Open where a place's caches are; with `create` it is made where it is not there. 0 or -errno. */
int pcs_place_open_cache(const struct pcs_site *site, const struct pcs_place *place, bool create,
			 int *ret_fd);
