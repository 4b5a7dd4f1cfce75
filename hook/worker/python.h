/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * One embedded CPython, 3.8 or newer, reached through dlopen() and without its headers: the only
 * file that knows libpython. There can be one in a process.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcs_python;

struct pcs_python_info {
	const char *version;  /* "3.11.2" */
	const char *tag;      /* cache tag, "cpython-311" */
	const char *abiflags; /* "t" where it is free-threaded, "d" where it is a debug build */
	uint32_t magic;       /* as in pcs_pyc_header */
	uint32_t marshal;     /* version of the marshal format that it writes */
};

/* How to start. */
enum pcs_python_mode {
	PCS_PYTHON_DISTRUST = 1 << 0, /* read no pyc: they may be damaged */
	PCS_PYTHON_WARN =
		1 << 1, /* keep what it warns of, as PYTHONWARNINGS asks where it is set */
	PCS_PYTHON_COMPILEALL = 1 << 2, /* load the modules that show in the bytes of a pyc */
};

/*
 * Load `libpython` and start an isolated interpreter: no environment but what its own process has,
 * no site, no .pth, no bytecode written. `executable` is the path that the standard library is
 * found from. `mode` is of enum pcs_python_mode. NULL on failure, with the reason in `ret_reason`
 * (static or strdup'ed; never freed, as the process ends).
 */
struct pcs_python *pcs_python_start(const char *libpython, const char *executable, unsigned mode,
				    const char **ret_reason);

/* What it is; the strings live as long as it. 0 or a negative errno. */
int pcs_python_info(struct pcs_python *py, struct pcs_python_info *ret);

struct pcs_compiled {
	const char *code; /* marshalled code, or NULL on failure */
	size_t code_len;
	const char *message; /* failure: the last line of CPython's words */
	size_t message_len;
	const char *detail; /* failure: the lines before it (text and caret) */
	size_t detail_len;
	uint32_t line;        /* failure: line number, or 0 */
	uint32_t error;       /* failure: enum pcs_compile_error */
	const char *warnings; /* what it warned of, in either case; "" where there is nothing */
	size_t warnings_len;
	void *held;       /* the object that owns the bytes above */
	void *held_code;  /* the code object, on success */
	void *held_words; /* the object that owns the warnings */
};

struct pcs_source {
	const char *name; /* to be recorded */
	size_t name_len;
	const char *bytes;
	size_t len;
	unsigned ask; /* enum pcs_ask */
};

/* Compile and marshal as py_compile does; failures are results. Freed by pcs_compiled_done(). */
void pcs_python_compile(struct pcs_python *py, const struct pcs_source *source, unsigned level,
			struct pcs_compiled *ret);
void pcs_compiled_done(struct pcs_python *py, struct pcs_compiled *c);

/*
 * Whether compiling `source` at the level `to` provably gives what `c` is, its result at the level
 * `from`: level 1 leaves out assert statements and __debug__, level 2 docstrings as well.
 */
bool pcs_python_same_at(struct pcs_python *py, const struct pcs_source *source,
			const struct pcs_compiled *c, unsigned from, unsigned to);
