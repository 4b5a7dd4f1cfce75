#pragma once

/* pycsync compile: do what 'python3 -m compileall' does, option for option.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_compile(int argc, char **argv);
