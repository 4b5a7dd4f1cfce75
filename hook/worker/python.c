/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker/python.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/dl.h"
#include "base/util.h"
#include "worker/protocol.h"
#include "worker/sandbox.h"
#include "worker/scripts.h"

typedef struct object object; /* PyObject, never looked into */

/* PyStatus: returned by value since 3.8 (cpython:Include/cpython/initconfig.h). */
struct py_status {
	int type;
	const char *func;
	const char *err_msg;
	int exitcode;
};

struct pcs_python {
	void (*config_init)(void *config);
	struct py_status (*config_set_argv)(void *config, ptrdiff_t argc, char *const *argv);
	struct py_status (*initialize)(const void *config);
	object *(*import)(const char *name);
	object *(*attr)(object *, const char *name);
	object *(*call)(object *callable, const char *format, ...);
	object *(*method)(object *, const char *name, const char *format, ...);
	object *(*bytes)(const char *, ptrdiff_t);
	int (*bytes_get)(object *, char **, ptrdiff_t *);
	object *(*decode_fs)(const char *, ptrdiff_t);
	object *(*marshal)(object *, int version);
	long (*as_long)(object *);
	void (*incref)(object *);
	void (*decref)(object *);
	void (*err_fetch)(object **, object **, object **);
	void (*err_restore)(object *, object *, object *);
	void (*err_normalize)(object **, object **, object **);
	void (*err_clear)(void);
	int (*err_matches)(object *given, object *type);
	long (*magic_number)(void);
	const char *(*magic_tag)(void);
	const char *(*version_text)(void);
	int (*err_occurred_is)(object *type);
	object *(*tuple_item)(object *, ptrdiff_t); /* borrowed */
	int (*run)(const char *text);
	object *(*main_module)(const char *name); /* borrowed */
	object **memory_error;

	object *builtin_compile;
	object *caller;    /* what importlib calls compile() with */
	object *collector; /* NULL: it works as it likes */
	object *need, *quote, *words, *same_at, *lines, *warned; /* see words.py */
	object *kept; /* the list of what was warned of; NULL: nothing is kept */
	int marshal_version;
	unsigned minor;
	char version[32];
	char abiflags[8];
};

#define SYMBOL(field, name) PCS_DL_SYMBOL(struct pcs_python, field, name)
static const struct pcs_dl_symbol symbols[] = {
	SYMBOL(config_init, "PyConfig_InitPythonConfig"),
	SYMBOL(config_set_argv, "PyConfig_SetBytesArgv"),
	SYMBOL(initialize, "Py_InitializeFromConfig"),
	SYMBOL(import, "PyImport_ImportModule"),
	SYMBOL(attr, "PyObject_GetAttrString"),
	SYMBOL(call, "PyObject_CallFunction"),
	SYMBOL(method, "PyObject_CallMethod"),
	SYMBOL(bytes, "PyBytes_FromStringAndSize"),
	SYMBOL(bytes_get, "PyBytes_AsStringAndSize"),
	SYMBOL(decode_fs, "PyUnicode_DecodeFSDefaultAndSize"),
	SYMBOL(marshal, "PyMarshal_WriteObjectToString"),
	SYMBOL(as_long, "PyLong_AsLong"),
	SYMBOL(incref, "Py_IncRef"),
	SYMBOL(decref, "Py_DecRef"),
	SYMBOL(err_fetch, "PyErr_Fetch"),
	SYMBOL(err_restore, "PyErr_Restore"),
	SYMBOL(err_normalize, "PyErr_NormalizeException"),
	SYMBOL(err_clear, "PyErr_Clear"),
	SYMBOL(err_matches, "PyErr_GivenExceptionMatches"),
	SYMBOL(magic_number, "PyImport_GetMagicNumber"),
	SYMBOL(magic_tag, "PyImport_GetMagicTag"),
	SYMBOL(version_text, "Py_GetVersion"),
	SYMBOL(err_occurred_is, "PyErr_ExceptionMatches"),
	SYMBOL(tuple_item, "PyTuple_GetItem"),
	SYMBOL(run, "PyRun_SimpleString"),
	SYMBOL(main_module, "PyImport_AddModule"),
	SYMBOL(memory_error, "PyExc_MemoryError"),
};

static int load_symbols(struct pcs_python *py, const char *libpython, const char **ret_reason)
{
	void *lib = dlopen(libpython, RTLD_NOW | RTLD_GLOBAL);
	if (!lib) {
		*ret_reason = dlerror();
		return -ENOENT;
	}
	if (pcs_dl_symbols(lib, symbols, PCS_ARRAY_SIZE(symbols), py) < 0) {
		*ret_reason = "not a CPython of version 3.8 or newer";
		return -ENOENT;
	}
	return 0;
}

/*
 * PyConfig differs in size from version to version and is never looked into: all is set through
 * interpreter options in argv. -I would ignore PYTHONHASHSEED; the environment holds nothing else.
 */
static const char *initialize(struct pcs_python *py, const char *executable, unsigned mode)
{
	static union {
		char bytes[16384];
		max_align_t align;
	} config;
	bool distrust = mode & PCS_PYTHON_DISTRUST;
	/* No -W: it would import a module at each start, and stderr leads nowhere unless it is
	 * kept. */
	const char *argv[] = { executable, "-s",   "-S",
			       "-B",       "-X",   distrust ? "pycache_prefix=/dev/null" : "utf8",
			       "-X",       "utf8", "-c",
			       "" };
	py->config_init(&config);
	struct py_status s =
		py->config_set_argv(&config, PCS_ARRAY_SIZE(argv), (char *const *)argv);
	if (s.type == 0)
		s = py->initialize(&config);
	if (s.type == 0)
		return NULL;
	return s.err_msg ? s.err_msg : "the interpreter ended while it started";
}

/* 0 or -ENOENT. */
static int find_abiflags(struct pcs_python *py)
{
	object *sys = py->import("sys");
	object *flags = sys ? py->attr(sys, "abiflags") : NULL;
	object *bytes = flags ? py->method(flags, "encode", NULL) : NULL;
	char *text;
	ptrdiff_t len;
	if (!bytes || py->bytes_get(bytes, &text, &len) < 0)
		return -ENOENT;
	snprintf(py->abiflags, sizeof(py->abiflags), "%s", text);
	return 0;
}

static int find_objects(struct pcs_python *py)
{
	object *builtins = py->import("builtins");
	object *marshal = py->import("marshal");
	object *version = marshal ? py->attr(marshal, "version") : NULL;
	object *importlib = py->import("_frozen_importlib");
	py->builtin_compile = builtins ? py->attr(builtins, "compile") : NULL;
	py->caller = importlib ? py->attr(importlib, "_call_with_frames_removed") : NULL;
	if (!version || !py->builtin_compile || !py->caller)
		return -ENOENT;
	py->marshal_version = (int)py->as_long(version);
	sscanf(py->version_text(), "%31s", py->version);
	sscanf(py->version, "3.%u", &py->minor);
	return find_abiflags(py);
}

/*
 * Before 3.11 marshal marks a name when anybody else refers to it (FLAG_REF, see w_ref()), so that
 * a pyc shows what modules its compiler had loaded. These are compileall's; a statement would keep
 * their own names alive, too.
 */
static void load_compileall_modules(struct pcs_python *py)
{
	static const char *const modules[] = { "site",     "runpy",  "compileall",
					       "argparse", "shutil", "locale" };
	if (strncmp(py->version, "3.8.", 4) != 0 && strncmp(py->version, "3.9.", 4) != 0 &&
	    strncmp(py->version, "3.10.", 5) != 0)
		return;
	for (size_t i = 0; i < PCS_ARRAY_SIZE(modules); i++)
		if (!py->import(modules[i]))
			py->err_clear();
}

/*
 * Compiling makes no cycles, and looking for them takes some 3 % of its time; errors have some.
 * The module's names would show in the bytes before 3.11: see load_compileall_modules().
 */
static void stop_collector(struct pcs_python *py)
{
	object *gc = py->minor >= 11 ? py->import("gc") : NULL;
	if (gc && py->method(gc, "disable", NULL))
		py->collector = gc;
	py->err_clear();
}

/* words.py, which most workers never need. Files can be opened. 0 or -ENOENT. */
static int need_words(struct pcs_python *py)
{
	static const struct {
		const char *name;
		size_t at;
	} functions[] = {
		{ "_pcs_need", offsetof(struct pcs_python, need) },
		{ "_pcs_quote", offsetof(struct pcs_python, quote) },
		{ "_pcs_words", offsetof(struct pcs_python, words) },
		{ "_pcs_same_at", offsetof(struct pcs_python, same_at) },
		{ "_pcs_lines", offsetof(struct pcs_python, lines) },
		{ "_pcs_warned", offsetof(struct pcs_python, warned) },
	};
	if (py->warned)
		return 0;
	object *main = py->run(pcs_words_script) == 0 ? py->main_module("__main__") : NULL;
	for (size_t i = 0; main && i < PCS_ARRAY_SIZE(functions); i++) {
		object *function = py->attr(main, functions[i].name);
		if (!function)
			return -ENOENT;
		memcpy((char *)py + functions[i].at, &function, sizeof(function));
	}
	return main ? 0 : -ENOENT;
}

/* Warnings are put into words where there are any: that takes modules which most workers never
 * need. */
static int keep_warnings(struct pcs_python *py)
{
	static const char program[] = "import warnings as _pcs_warnings\n"
				      "_pcs_kept = []\n"
				      "_pcs_warnings._showwarnmsg = _pcs_kept.append\n";
	object *main = py->run(program) == 0 ? py->main_module("__main__") : NULL;
	py->kept = main ? py->attr(main, "_pcs_kept") : NULL;
	return py->kept ? 0 : -ENOENT;
}

static int define_helpers(struct pcs_python *py, unsigned mode)
{
	if (mode & PCS_PYTHON_WARN && keep_warnings(py) < 0)
		return -ENOENT;
	if (mode & PCS_PYTHON_COMPILEALL)
		load_compileall_modules(py);
	return 0;
}

struct pcs_python *pcs_python_start(const char *libpython, const char *executable, unsigned mode,
				    const char **ret_reason)
{
	static struct pcs_python py;
	if (load_symbols(&py, libpython, ret_reason) < 0)
		return NULL;
	*ret_reason = initialize(&py, executable, mode);
	if (*ret_reason)
		return NULL;
	if (find_objects(&py) < 0 || define_helpers(&py, mode) < 0) {
		*ret_reason = "its built-in modules cannot be imported";
		return NULL;
	}
	stop_collector(&py);
	close(STDERR_FILENO); /* what CPython itself says ends here; from now on it is /dev/null */
	if (dup(STDOUT_FILENO) != STDERR_FILENO) {
		*ret_reason = strerror(errno);
		return NULL;
	}
	pcs_sandbox_files(false); /* but where something has to be imported */
	return &py;
}

int pcs_python_info(struct pcs_python *py, struct pcs_python_info *ret)
{
	long magic = py->magic_number();
	const char *tag = py->magic_tag();
	if (magic == -1 || !tag)
		return -ENOENT;
	*ret = (struct pcs_python_info){ .version = py->version,
					 .tag = tag,
					 .abiflags = py->abiflags,
					 .magic = (uint32_t)magic,
					 .marshal = (uint32_t)py->marshal_version };
	return 0;
}

static void drop(struct pcs_python *py, object *o)
{
	if (o)
		py->decref(o);
}

/* Take what words.py says of an exception: see _pcs_words(). */
static bool set_words(struct pcs_python *py, object *said, struct pcs_compiled *ret, bool *ret_said)
{
	char *message, *detail;
	ptrdiff_t message_len, detail_len;
	if (!said || py->bytes_get(py->tuple_item(said, 1), &message, &message_len) < 0 ||
	    py->bytes_get(py->tuple_item(said, 2), &detail, &detail_len) < 0)
		return false;
	ret->line = (uint32_t)py->as_long(py->tuple_item(said, 0));
	ret->message = message;
	ret->message_len = (size_t)message_len;
	ret->detail = detail;
	ret->detail_len = (size_t)detail_len;
	ret->held = said;
	*ret_said = py->as_long(py->tuple_item(said, 3)) != 0;
	return true;
}

/* The parser's own limit is a MemoryError, too, which from 3.12 on has a text. */
static bool ran_full(struct pcs_python *py, object *type, object *value)
{
	if (!type || !py->err_matches(type, *py->memory_error))
		return false;
	object *args = value ? py->attr(value, "args") : NULL;
	bool text = args && py->tuple_item(args, 0);
	py->err_clear();
	drop(py, args);
	return !text;
}

static void set_failure(struct pcs_python *py, object *source, unsigned ask,
			struct pcs_compiled *ret)
{
	static const char speechless[] = "an error whose message CPython could not make";
	bool whole = ask & PCS_ASK_PY_COMPILE;
	object *type = NULL, *value = NULL, *trace = NULL, *words = NULL;
	bool said = false;
	py->err_fetch(&type, &value, &trace);
	if (type)
		py->err_normalize(&type, &value, &trace);
	ret->error = ran_full(py, type, value) ? PCS_COMPILE_MEMORY : PCS_COMPILE_ERROR;
	pcs_sandbox_files(true);
	bool able = value && source && need_words(py) == 0;
	if (able)
		drop(py, py->call(py->quote, "OOI", value, source, ask));
	pcs_sandbox_files(false);
	if (able)
		words = py->call(py->words, "OI", value, ask);
	if (!set_words(py, words, ret, &said)) {
		drop(py, words);
		ret->message = whole ? "" : speechless;
		ret->detail = whole ? speechless : "";
		ret->message_len = strlen(ret->message);
		ret->detail_len = strlen(ret->detail);
	}
	if (ret->error == PCS_COMPILE_ERROR && !said)
		ret->error = PCS_COMPILE_UNSAID;
	py->err_clear();
	drop(py, type);
	drop(py, value);
	drop(py, trace);
	if (py->collector)
		drop(py, py->method(py->collector, "collect", NULL));
}

/*
 * py_compile marshals while a variable still holds the code object, which shows in the first byte
 * (FLAG_REF); the second reference here gives the same bytes (cpython:Python/marshal.c, w_ref).
 * In 3.15 the variable does not count: loading it only borrows it, and nothing else refers to it.
 */
static object *marshal_code(struct pcs_python *py, object *code)
{
	bool counts = py->minor < 15;
	if (counts)
		py->incref(code);
	object *bytes = py->marshal(code, py->marshal_version);
	if (counts)
		py->decref(code);
	return bytes;
}

static bool has_warned(struct pcs_python *py)
{
	object *n = py->kept ? py->method(py->kept, "__len__", NULL) : NULL;
	bool any = n && py->as_long(n) > 0;
	drop(py, n);
	return any;
}

static object *words_of_warnings(struct pcs_python *py, object *file, object *text, unsigned ask)
{
	pcs_sandbox_files(true);
	bool able = need_words(py) == 0;
	object *done = able ? py->call(py->lines, NULL) : NULL;
	pcs_sandbox_files(false);
	object *words = done ? py->call(py->warned, "OOOI", py->kept, file, text, ask) : NULL;
	drop(py, done);
	return words;
}

static void collect_warnings(struct pcs_python *py, object *file, object *source, unsigned ask,
			     struct pcs_compiled *ret)
{
	static const char speechless[] = "a warning whose message CPython could not make\n";
	char *text = NULL;
	ptrdiff_t len = 0;
	bool any = source && has_warned(py);
	object *words = any ? words_of_warnings(py, file, source, ask) : NULL;
	ret->warnings = any ? speechless : "";
	ret->warnings_len = strlen(ret->warnings);
	if (words && py->bytes_get(words, &text, &len) == 0) {
		ret->warnings = text;
		ret->warnings_len = (size_t)len;
	}
	ret->held_words = words;
	py->err_clear();
}

/*
 * By way of importlib, as py_compile does: a warning that folding a constant gives, as that of
 * ~True in 3.12, is of the module that called compile(), and the default filters show those of
 * __main__.
 */
static object *compile_once(struct pcs_python *py, object *file, object *text, unsigned level)
{
	if (py->kept)
		drop(py, py->method(py->kept, "clear", NULL));
	py->err_clear();
	return py->call(py->caller, "OOOsiii", py->builtin_compile, text, file, "exec", 0, 1,
			(int)level);
}

/* Whether compiling may have failed for lack of what could not be imported, and now can. The
 * exception stays. */
static bool needs_more(struct pcs_python *py, object *text)
{
	object *type, *value, *trace;
	py->err_fetch(&type, &value, &trace);
	pcs_sandbox_files(true);
	object *more = need_words(py) == 0 ? py->call(py->need, "O", text) : NULL;
	pcs_sandbox_files(false);
	bool needs = more && py->as_long(more);
	drop(py, more);
	py->err_clear();
	py->err_restore(type, value, trace);
	return needs;
}

/* No file can be opened meanwhile: what has the source's name may be another file. */
static object *compile_code(struct pcs_python *py, object *file, object *text, unsigned level)
{
	object *code = compile_once(py, file, text, level);
	if (code || py->err_occurred_is(*py->memory_error) || !needs_more(py, text))
		return code;
	py->err_clear();
	return compile_once(py, file, text, level);
}

void pcs_python_compile(struct pcs_python *py, const struct pcs_source *source, unsigned level,
			struct pcs_compiled *ret)
{
	*ret = (struct pcs_compiled){ 0 };
	object *file = py->decode_fs(source->name, (ptrdiff_t)source->name_len);
	object *text = file ? py->bytes(source->bytes, (ptrdiff_t)source->len) : NULL;
	object *code = text ? compile_code(py, file, text, level) : NULL;
	object *bytes = code ? marshal_code(py, code) : NULL;
	char *data = NULL;
	ptrdiff_t data_len = 0;
	if (bytes && py->bytes_get(bytes, &data, &data_len) == 0) {
		ret->code = data;
		ret->code_len = (size_t)data_len;
		ret->held = PCS_TAKE(bytes);
		ret->held_code = PCS_TAKE(code);
	} else {
		set_failure(py, text, source->ask, ret);
	}
	collect_warnings(py, file, text, source->ask, ret);
	drop(py, bytes);
	drop(py, code);
	drop(py, text);
	drop(py, file);
}

void pcs_compiled_done(struct pcs_python *py, struct pcs_compiled *c)
{
	drop(py, c->held);
	drop(py, c->held_code);
	drop(py, c->held_words);
	*c = (struct pcs_compiled){ 0 };
}

bool pcs_python_same_at(struct pcs_python *py, const struct pcs_source *source,
			const struct pcs_compiled *c, unsigned from, unsigned to)
{
	if (!c->held_code)
		return false;
	pcs_sandbox_files(true);
	int r = need_words(py);
	pcs_sandbox_files(false);
	object *text = r == 0 ? py->bytes(source->bytes, (ptrdiff_t)source->len) : NULL;
	object *same = text ? py->call(py->same_at, "OOII", text, c->held_code, from, to) : NULL;
	bool is_same = same && py->as_long(same) == 1;
	drop(py, same);
	drop(py, text);
	py->err_clear();
	return is_same;
}
