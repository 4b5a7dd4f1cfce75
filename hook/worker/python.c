#include "worker/python.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

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
	object *(*encode)(object *, const char *encoding, const char *errors);
	const char *(*utf8)(object *);
	object *(*marshal)(object *, int version);
	long (*as_long)(object *);
	void (*incref)(object *);
	void (*decref)(object *);
	void (*err_fetch)(object **, object **, object **);
	void (*err_normalize)(object **, object **, object **);
	void (*err_clear)(void);
	int (*err_matches)(object *given, object *type);
	long (*magic_number)(void);
	const char *(*magic_tag)(void);
	const char *(*version_text)(void);
	int (*err_occurred_is)(object *type);
	int (*is_instance)(object *, object *type);
	ptrdiff_t (*tuple_size)(object *);
	object *(*tuple_item)(object *, ptrdiff_t); /* borrowed */
	int (*run)(const char *text);
	object *(*main_module)(const char *name); /* borrowed */
	object **memory_error;
	object **syntax_error;
	object *none;
	object *code_type, *str_type;

	object *builtin_compile;
	object *collector;         /* NULL: it works as it likes */
	object *quote;             /* see quote.py */
	object *prepare, *collect; /* with PCS_PYTHON_WARN: see warn.py */
	int marshal_version;
	unsigned minor;
	char version[32];
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
	SYMBOL(encode, "PyUnicode_AsEncodedString"),
	SYMBOL(utf8, "PyUnicode_AsUTF8"),
	SYMBOL(marshal, "PyMarshal_WriteObjectToString"),
	SYMBOL(as_long, "PyLong_AsLong"),
	SYMBOL(incref, "Py_IncRef"),
	SYMBOL(decref, "Py_DecRef"),
	SYMBOL(err_fetch, "PyErr_Fetch"),
	SYMBOL(err_normalize, "PyErr_NormalizeException"),
	SYMBOL(err_clear, "PyErr_Clear"),
	SYMBOL(err_matches, "PyErr_GivenExceptionMatches"),
	SYMBOL(magic_number, "PyImport_GetMagicNumber"),
	SYMBOL(magic_tag, "PyImport_GetMagicTag"),
	SYMBOL(version_text, "Py_GetVersion"),
	SYMBOL(err_occurred_is, "PyErr_ExceptionMatches"),
	SYMBOL(is_instance, "PyObject_IsInstance"),
	SYMBOL(tuple_size, "PyTuple_Size"),
	SYMBOL(tuple_item, "PyTuple_GetItem"),
	SYMBOL(run, "PyRun_SimpleString"),
	SYMBOL(main_module, "PyImport_AddModule"),
	SYMBOL(memory_error, "PyExc_MemoryError"),
	SYMBOL(syntax_error, "PyExc_SyntaxError"),
	SYMBOL(none, "_Py_NoneStruct"),
	SYMBOL(code_type, "PyCode_Type"),
	SYMBOL(str_type, "PyUnicode_Type"),
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

static int find_objects(struct pcs_python *py)
{
	object *builtins = py->import("builtins");
	object *marshal = py->import("marshal");
	object *version = marshal ? py->attr(marshal, "version") : NULL;
	py->builtin_compile = builtins ? py->attr(builtins, "compile") : NULL;
	if (!version || !py->builtin_compile)
		return -ENOENT;
	py->marshal_version = (int)py->as_long(version);
	sscanf(py->version_text(), "%31s", py->version);
	sscanf(py->version, "3.%u", &py->minor);
	return 0;
}

/*
 * Before 3.11 marshal marks a name when anybody else refers to it (FLAG_REF, see w_ref()), so that
 * a pyc shows what modules its compiler had loaded. These are compileall's; a statement would keep
 * their own names alive, too.
 */
static void load_company(struct pcs_python *py)
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
 * The module's names would show in the bytes before 3.11: see load_company().
 */
static void stop_collector(struct pcs_python *py)
{
	object *gc = py->minor >= 11 ? py->import("gc") : NULL;
	if (gc && py->method(gc, "disable", NULL))
		py->collector = gc;
	py->err_clear();
}

static int define_helpers(struct pcs_python *py, unsigned mode)
{
	bool warn = mode & PCS_PYTHON_WARN;
	if (py->run(pcs_quote_script) < 0 || (warn && py->run(pcs_warn_script) < 0))
		return -ENOENT;
	object *main = py->main_module("__main__");
	py->quote = main ? py->attr(main, "_pcs_quote") : NULL;
	if (mode & PCS_PYTHON_COMPILEALL)
		load_company(py);
	if (!warn)
		return py->quote ? 0 : -ENOENT;
	py->prepare = main ? py->attr(main, "_pcs_prepare") : NULL;
	py->collect = main ? py->attr(main, "_pcs_collect") : NULL;
	return py->prepare && py->collect ? 0 : -ENOENT;
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
					 .magic = (uint32_t)magic,
					 .marshal = (uint32_t)py->marshal_version };
	return 0;
}

static void drop(struct pcs_python *py, object *o)
{
	if (o)
		py->decref(o);
}

/* The text of a str as bytes that can be shown; lone surrogates become the bytes they stand for. */
static object *text_bytes(struct pcs_python *py, object *text)
{
	object *b = py->encode(text, "utf-8", "surrogateescape");
	if (b)
		return b;
	py->err_clear();
	return py->encode(text, "utf-8", "backslashreplace");
}

/* traceback.format_exception_only(): what py_compile puts into PyCompileError. */
static object *words_of(struct pcs_python *py, object *type, object *value)
{
	object *traceback = py->import("traceback");
	object *list = traceback ? py->method(traceback, "format_exception_only", "OO", type,
					      value ? value : type) :
				   NULL;
	object *text = NULL;
	if (list) {
		object *sep = py->decode_fs("", 0);
		text = sep ? py->method(sep, "join", "O", list) : NULL;
		drop(py, sep);
	}
	drop(py, list);
	drop(py, traceback);
	if (!text) {
		py->err_clear();
		text = value ? py->method(value, "__str__", NULL) : NULL;
	}
	return text;
}

static uint32_t line_of(struct pcs_python *py, object *value)
{
	object *lineno = value ? py->attr(value, "lineno") : NULL;
	long line = lineno ? py->as_long(lineno) : 0;
	py->err_clear();
	drop(py, lineno);
	return line > 0 ? (uint32_t)line : 0;
}

/* Split CPython's words into the message, which is the last line, and what comes before it. */
static void split_words(char *words, size_t len, struct pcs_compiled *ret)
{
	while (len > 0 && words[len - 1] == '\n')
		len--;
	char *nl = memrchr(words, '\n', len);
	ret->message = nl ? nl + 1 : words;
	ret->message_len = (size_t)(words + len - ret->message);
	ret->detail = words;
	ret->detail_len = nl ? (size_t)(nl + 1 - words) : 0;
}

static void set_words(struct pcs_python *py, object *text, unsigned ask, struct pcs_compiled *ret)
{
	bool whole = ask & PCS_ASK_PY_COMPILE;
	char *words = NULL;
	ptrdiff_t len = 0;
	object *b = !text ? NULL :
		    whole ? py->encode(text, "utf-8", "backslashreplace") :
			    text_bytes(py, text);
	if (!b || py->bytes_get(b, &words, &len) < 0) {
		py->err_clear();
		drop(py, b);
		ret->message = ret->detail = "an error that CPython could not put into words";
		ret->message_len = whole ? 0 : strlen(ret->message);
		ret->detail_len = whole ? strlen(ret->detail) : 0;
		return;
	}
	ret->held = b;
	if (!whole)
		return split_words(words, (size_t)len, ret);
	ret->message = "";
	ret->detail = words;
	ret->detail_len = (size_t)len;
}

/* PyCompileError has a traceback's words for SyntaxError itself, and others only for its kinds. */
static object *sorry(struct pcs_python *py, object *type, object *value)
{
	object *name = py->attr(type, "__name__");
	object *format = py->decode_fs("Sorry: {}: {}", 13);
	object *text =
		name && format && value ? py->method(format, "format", "OO", name, value) : NULL;
	drop(py, format);
	drop(py, name);
	return text;
}

/* Whether the line that the parser has in memory is another one in the file: a long one, the last
 * of several, or the first, which the file may begin with a byte order mark. */
static bool differs_in_file(struct pcs_python *py, object *source, const char *text, uint32_t line)
{
	char *bytes;
	ptrdiff_t len;
	if (strlen(text) > 999 || (text[strcspn(text, "\n")] && text[strcspn(text, "\n") + 1]))
		return true;
	return line == 1 && py->bytes_get(source, &bytes, &len) == 0 && len >= 3 &&
	       memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
}

/*
 * CPython's compiler takes the line that it quotes from the file, which was out of its reach; so
 * does the parser of 3.9. What py_compile would not find, under another name than the file's, stays
 * away.
 */
static void quote_line(struct pcs_python *py, object *value, object *source, unsigned ask,
		       uint32_t line)
{
	bool as_py_compile = ask & PCS_ASK_PY_COMPILE;
	int as_file = !as_py_compile ? 0 : py->minor < 14 ? 1 : 2;
	object *text = value ? py->attr(value, "text") : NULL;
	const char *old = text && text != py->none ? py->utf8(text) : NULL;
	bool differs = text == py->none || strncmp(py->version, "3.9.", 4) == 0 ||
		       (as_py_compile && old && source && differs_in_file(py, source, old, line));
	if (line && source && (as_py_compile ? (ask & PCS_ASK_OWN_NAME) != 0 : differs))
		drop(py, py->call(py->quote, "OOii", value, source, as_file, (int)differs));
	drop(py, text);
	py->err_clear();
}

static void set_failure(struct pcs_python *py, object *source, unsigned ask,
			struct pcs_compiled *ret)
{
	object *type = NULL, *value = NULL, *trace = NULL;
	py->err_fetch(&type, &value, &trace);
	if (!type)
		return set_words(py, NULL, ask, ret);
	py->err_normalize(&type, &value, &trace);
	ret->no_memory = py->err_matches(type, *py->memory_error);
	ret->line = line_of(py, value);
	if (py->err_matches(type, *py->syntax_error))
		quote_line(py, value, source, ask, ret->line);
	object *text = ask & PCS_ASK_PY_COMPILE && type != *py->syntax_error ?
			       sorry(py, type, value) :
			       words_of(py, type, value);
	set_words(py, text, ask, ret);
	drop(py, text);
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

static void prepare_warnings(struct pcs_python *py, object *name, object *source, unsigned ask)
{
	if (!py->prepare)
		return;
	drop(py, py->call(py->prepare, "OOi", name, source, ask & PCS_ASK_OWN_NAME ? 1 : 0));
	py->err_clear();
}

static void collect_warnings(struct pcs_python *py, struct pcs_compiled *ret)
{
	char *text = NULL;
	ptrdiff_t len = 0;
	object *words = py->collect ? py->call(py->collect, NULL) : NULL;
	ret->warnings = "";
	if (words && py->bytes_get(words, &text, &len) == 0) {
		ret->warnings = text;
		ret->warnings_len = (size_t)len;
	}
	ret->held_words = words;
	py->err_clear();
}

static object *compile_once(struct pcs_python *py, object *file, object *text, unsigned level,
			    unsigned ask)
{
	prepare_warnings(py, file, text, ask);
	return py->call(py->builtin_compile, "OOsiii", text, file, "exec", 0, 1, (int)level);
}

/*
 * The parser quotes the line that it stands at; the compiler opens the file of that name, which may
 * be another one than ours or out of reach. So a source that is refused is compiled once more with
 * no file to be opened, and the line is put in from the bytes. Codecs have been imported by then.
 */
static object *compile_code(struct pcs_python *py, object *file, object *text, unsigned level,
			    unsigned ask)
{
	object *code = compile_once(py, file, text, level, ask);
	if (code || !py->err_occurred_is(*py->syntax_error))
		return code;
	py->err_clear();
	pcs_sandbox_files(false);
	code = compile_once(py, file, text, level, ask);
	pcs_sandbox_files(true);
	return code;
}

void pcs_python_compile(struct pcs_python *py, const struct pcs_source *source, unsigned level,
			struct pcs_compiled *ret)
{
	*ret = (struct pcs_compiled){ 0 };
	object *file = py->decode_fs(source->name, (ptrdiff_t)source->name_len);
	object *text = file ? py->bytes(source->bytes, (ptrdiff_t)source->len) : NULL;
	object *code = text ? compile_code(py, file, text, level, source->ask) : NULL;
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
	collect_warnings(py, ret);
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

static bool has_name(struct pcs_python *py, object *names, const char *wanted)
{
	ptrdiff_t n = py->tuple_size(names);
	for (ptrdiff_t i = 0; i < n; i++) {
		const char *name = py->utf8(py->tuple_item(names, i));
		if (!name || strcmp(name, wanted) == 0)
			return true;
	}
	return n < 0;
}

static bool is_function(struct pcs_python *py, object *code)
{
	enum { CO_OPTIMIZED = 1 };
	object *flags = py->attr(code, "co_flags");
	bool is = !flags || py->as_long(flags) & CO_OPTIMIZED;
	drop(py, flags);
	return is;
}

/*
 * Whether a code object or one inside it may have a docstring: a false alarm only costs time. That
 * of a module or class is assigned to __doc__; a function has it as its first constant, where a
 * class has its name.
 */
static bool may_have_docstring(struct pcs_python *py, object *code)
{
	object *names = py->attr(code, "co_names");
	object *consts = py->attr(code, "co_consts");
	object *outer = py->attr(code, "co_freevars"); /* "nonlocal __doc__" */
	bool found = !names || !consts || !outer || has_name(py, names, "__doc__") ||
		     has_name(py, outer, "__doc__");
	bool function = is_function(py, code);
	ptrdiff_t n = consts ? py->tuple_size(consts) : 0;
	for (ptrdiff_t i = 0; i < n && !found; i++) {
		object *item = py->tuple_item(consts, i);
		found = (i == 0 && function && py->is_instance(item, py->str_type)) ||
			(py->is_instance(item, py->code_type) && may_have_docstring(py, item));
	}
	drop(py, outer);
	drop(py, consts);
	drop(py, names);
	py->err_clear();
	return found;
}

bool pcs_python_same_at(struct pcs_python *py, const struct pcs_source *source,
			const struct pcs_compiled *c, unsigned from, unsigned to)
{
	if (!c->held_code)
		return false;
	if (from == 0 && pcs_source_may_assert(source))
		return false;
	return to < 2 || !may_have_docstring(py, c->held_code);
}
