#include "worker/python.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

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
	object **memory_error;

	object *builtin_compile;
	int marshal_version;
	char version[32];
};

/* The name of each symbol, and where it goes. A function pointer is stored as dlsym(3) advises. */
#define SYMBOL(field, name)                              \
	{                                                \
		name, offsetof(struct pcs_python, field) \
	}
static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
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
	SYMBOL(memory_error, "PyExc_MemoryError"),
};

static int load_symbols(struct pcs_python *py, const char *libpython, const char **ret_reason)
{
	void *lib = dlopen(libpython, RTLD_NOW | RTLD_GLOBAL);
	if (!lib) {
		*ret_reason = dlerror();
		return -ENOENT;
	}
	for (size_t i = 0; i < PCS_ARRAY_SIZE(symbols); i++) {
		void *address = dlsym(lib, symbols[i].name);
		if (!address) {
			*ret_reason = "not a CPython of version 3.8 or newer";
			return -ENOENT;
		}
		memcpy((char *)py + symbols[i].offset, &address, sizeof(address));
	}
	return 0;
}

/*
 * PyConfig differs in size from version to version and is never looked into: all is set through
 * interpreter options in argv. -I would ignore PYTHONHASHSEED; the environment holds nothing else.
 */
static const char *initialize(struct pcs_python *py, const char *executable, bool distrust_caches)
{
	static union {
		char bytes[16384];
		max_align_t align;
	} config;
	const char *argv[] = {
		executable, "-s",
		"-S",       "-B",
		"-W",       "ignore",
		"-X",       "utf8",
		"-X",       distrust_caches ? "pycache_prefix=/dev/null" : "utf8",
		"-c",       "",
	};
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
	return 0;
}

struct pcs_python *pcs_python_start(const char *libpython, const char *executable,
				    bool distrust_caches, const char **ret_reason)
{
	static struct pcs_python py;
	if (load_symbols(&py, libpython, ret_reason) < 0)
		return NULL;
	*ret_reason = initialize(&py, executable, distrust_caches);
	if (*ret_reason)
		return NULL;
	if (find_objects(&py) < 0) {
		*ret_reason = "its built-in modules cannot be imported";
		return NULL;
	}
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
static void set_words(struct pcs_python *py, object *text, struct pcs_compiled *ret)
{
	char *words = NULL;
	ptrdiff_t len = 0;
	object *b = text ? text_bytes(py, text) : NULL;
	if (!b || py->bytes_get(b, &words, &len) < 0) {
		py->err_clear();
		drop(py, b);
		ret->message = "an error that CPython could not put into words";
		ret->message_len = strlen(ret->message);
		return;
	}
	while (len > 0 && words[len - 1] == '\n')
		len--;
	char *nl = memrchr(words, '\n', (size_t)len);
	ret->held = b;
	ret->message = nl ? nl + 1 : words;
	ret->message_len = (size_t)(words + len - ret->message);
	ret->detail = words;
	ret->detail_len = nl ? (size_t)(nl + 1 - words) : 0;
}

static void set_failure(struct pcs_python *py, struct pcs_compiled *ret)
{
	object *type = NULL, *value = NULL, *trace = NULL;
	py->err_fetch(&type, &value, &trace);
	if (!type)
		return set_words(py, NULL, ret);
	py->err_normalize(&type, &value, &trace);
	ret->no_memory = py->err_matches(type, *py->memory_error);
	ret->line = line_of(py, value);
	object *text = words_of(py, type, value);
	set_words(py, text, ret);
	drop(py, text);
	drop(py, type);
	drop(py, value);
	drop(py, trace);
}

/*
 * py_compile marshals while a variable still holds the code object, which shows in the first byte
 * (FLAG_REF); the second reference here gives the same bytes (cpython:Python/marshal.c, w_ref).
 */
static object *marshal_code(struct pcs_python *py, object *code)
{
	py->incref(code);
	object *bytes = py->marshal(code, py->marshal_version);
	py->decref(code);
	return bytes;
}

void pcs_python_compile(struct pcs_python *py, const char *name, size_t name_len,
			const char *source, size_t len, unsigned level, struct pcs_compiled *ret)
{
	*ret = (struct pcs_compiled){ 0 };
	object *file = py->decode_fs(name, (ptrdiff_t)name_len);
	object *text = file ? py->bytes(source, (ptrdiff_t)len) : NULL;
	object *code = text ? py->call(py->builtin_compile, "OOsiii", text, file, "exec", 0, 1,
				       (int)level) :
			      NULL;
	object *bytes = code ? marshal_code(py, code) : NULL;
	char *data = NULL;
	ptrdiff_t data_len = 0;
	if (bytes && py->bytes_get(bytes, &data, &data_len) == 0) {
		ret->code = data;
		ret->code_len = (size_t)data_len;
		ret->held = PCS_TAKE(bytes);
	} else {
		set_failure(py, ret);
	}
	drop(py, bytes);
	drop(py, code);
	drop(py, text);
	drop(py, file);
}

void pcs_compiled_done(struct pcs_python *py, struct pcs_compiled *c)
{
	drop(py, c->held);
	*c = (struct pcs_compiled){ 0 };
}
