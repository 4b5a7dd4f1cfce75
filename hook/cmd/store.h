#pragma once

/* pycsync store status|prune|verify. Returns an exit status. */
int pcs_cmd_store(int argc, char **argv);
