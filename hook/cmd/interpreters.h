#pragma once

/* pycsync interpreters: list the interpreters of the system.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_interpreters(int argc, char **argv);
