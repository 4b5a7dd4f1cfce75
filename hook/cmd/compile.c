/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync compile: the command line of `python3 -m compileall`, option for option. */

#include "cmd/compile.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/map.h"
#include "base/proc.h"
#include "base/trust.h"
#include "base/regex.h"
#include "base/utf8.h"
#include "cmd/argparse.h"
#include "cmd/storage.h"
#include "base/exit.h"
#include "compileall/compileall.h"
#include "pyc/header.h"
#include "workers/find.h"
#include "workers/ask.h"

struct request {
	struct pcs_compileall ca;
	struct pcs_interps interps;
	struct pcs_regex *regex;
	struct pcs_arena strings;
	char **dests;
	size_t n_dests, cap_dests;
	const char *pattern, *list, *python, *store;
	struct pcs_storage *storage;
	struct pcs_map skipped;
	long recursion;
	enum pcs_when progress;
	bool flat, has_recursion, has_mode, bad_jobs, one_level, skip_input;
};

static int set_mode(void *into, const char *value)
{
	struct request *q = into;
	static const char *const words[] = { "checked-hash", "timestamp", "unchecked-hash", NULL };
	static const uint32_t flags[] = { PCS_PYC_CHECKED_HASH, PCS_PYC_TIMESTAMP,
					  PCS_PYC_UNCHECKED_HASH };
	int mode = pcs_option_word("compile", "invalidation-mode", value, words);
	if (mode < 0)
		return mode;
	q->ca.flags = flags[mode];
	q->has_mode = true;
	return 0;
}

static int set_call(void *into, const char *value)
{
	struct request *q = into;
	static const char *const words[] = { "dir", "file", "path", NULL };
	static const uint8_t calls[] = { PCS_CA_DIR, PCS_CA_FILE, PCS_CA_PATH };
	int call = pcs_option_word("compile", "call", value, words);
	if (call < 0)
		return call;
	q->ca.call = calls[call];
	q->ca.stop_early = q->ca.call != PCS_CA_FILE;
	return 0;
}

static int set_progress(void *into, const char *value)
{
	struct request *q = into;
	return pcs_option_when("compile", "progress", value, &q->progress);
}

static int parse_int(char letter, const char *value, long *ret)
{
	if (pcs_py_int(value, ret) == 0)
		return 0;
	return pcs_fail(-PCS_EUSAGE, "compile: -%c: expected an integer, got '%s'", letter, value);
}

static int set_recursion(void *into, const char *value)
{
	struct request *q = into;
	q->has_recursion = true;
	return parse_int('r', value, &q->recursion);
}

static int set_jobs(void *into, const char *value)
{
	struct request *q = into;
	long n = 0;
	int r = parse_int('j', value, &n);
	q->bad_jobs = n < 0;
	q->ca.jobs = n == 0 ? pcs_cpu_count() : n < 0 ? 1 : (unsigned)(n < 1024 ? n : 1024);
	return r;
}

static int add_level(void *into, const char *value)
{
	struct request *q = into;
	long n;
	int r = parse_int('o', value, &n);
	if (r == 0 && q->ca.n_levels < PCS_ARRAY_SIZE(q->ca.levels))
		q->ca.levels[q->ca.n_levels++] = n;
	return r;
}

#define FLAG(field) PCS_FLAG(struct request, field)
#define WORD(field) PCS_WORD(struct request, field)

static const struct pcs_option table[] = {
	{ NULL, 'l', NULL, "do not recurse into subdirectories", 0, FLAG(flat) },
	{ NULL, 'r', "RECURSION", "recurse that deep; -r takes precedence over -l", 0,
	  PCS_CALL(set_recursion) },
	{ NULL, 'f', NULL, "compile even what is up to date", 0, FLAG(ca.force) },
	{ NULL, 'q', NULL, "print errors only; -qq: nothing", 0,
	  PCS_COUNT(struct request, ca.quiet) },
	{ NULL, 'b', NULL, "write FILE.pyc beside the source", 0, FLAG(ca.legacy) },
	{ NULL, 'd', "DESTDIR", "record the path in this directory", 0, WORD(ca.ddir) },
	{ NULL, 's', "STRIPDIR", "strip this from the recorded path", 0, WORD(ca.strip_dir) },
	{ NULL, 'p', "PREPENDDIR", "put this before the recorded path", 0, WORD(ca.prepend_dir) },
	{ NULL, 'x', "REGEXP", "skip files whose path matches", 0, WORD(pattern) },
	{ NULL, 'i', "FILE", "add the files and directories listed in FILE; -: standard input", 0,
	  WORD(list) },
	{ "workers", 'j', "N", "use N processes; 0: one a processor", 0, PCS_CALL(set_jobs) },
	{ NULL, 'o', "LEVEL", "optimization level; repeatable", 0, PCS_CALL(add_level) },
	{ NULL, 'e', "DIR", "skip symbolic links that lead out of DIR", 0, WORD(ca.limit) },
	{ "invalidation-mode", 0, "{checked-hash,timestamp,unchecked-hash}", NULL, 0,
	  PCS_CALL(set_mode) },
	{ "hardlink-dupes", 0, NULL, "link pycs of several levels that are the same", 0,
	  FLAG(ca.hardlink) },
	{ "python", 0, "PATH",
	  "compile for this interpreter: an executable, a libpython or a version", 0,
	  WORD(python) },
	{ "store", 0, "DIR", "keep code by content in DIR; what is written is in canonical form", 0,
	  WORD(store) },
	{ "strict-compat", 0, NULL, "judge what is up to date as compileall does, faults included",
	  0, FLAG(ca.strict) },
	{ "call", 0, "{dir,file,path}",
	  "take the paths as compile_dir, compile_file or compile_path", 0, PCS_CALL(set_call) },
	{ "skip-stdin", 0, NULL, "skip the files on standard input, each ended by a NUL byte", 0,
	  FLAG(skip_input) },
	{ "progress", 0, "{auto,always,never}", "show how far it is; auto: on a terminal", 0,
	  PCS_CALL(set_progress) },
	{ "help", 'h', NULL, "this text", 0, .kind = PCS_OPTION_HELP },
};

static int print_help(void)
{
	puts("usage: pycsync compile [options] [FILE|DIR ...]\n\n"
	     "Byte-compiles as 'python3 -m compileall' does. Without any FILE or DIR, the\n"
	     "directories of sys.path are compiled, as with -l.\n");
	pcs_option_print(table, PCS_ARRAY_SIZE(table), 0);
	puts("\nThe manual is pycsync-compile(1).");
	return PCS_EXIT_OK;
}

static int add_dest_bytes(struct request *q, const char *dest, size_t len)
{
	char **dests = pcs_grow(q->dests, &q->cap_dests, q->n_dests + 1, sizeof(char *));
	if (!dests)
		return -ENOMEM;
	q->dests = dests;
	dests[q->n_dests] = pcs_arena_dup(&q->strings, dest, len);
	return dests[q->n_dests] ? (q->n_dests++, 0) : -ENOMEM;
}

static int add_dest(void *into, const char *dest)
{
	return add_dest_bytes(into, dest, strlen(dest));
}

/* str.isspace(). */
static bool is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Length of the white space that `s` begins with. */
static size_t space_len(const char *s, size_t left)
{
	uint32_t c;
	size_t n = pcs_utf8_decode(s, left, &c);
	return n && is_space(c) ? n : 0;
}

/* str.strip() of a line, then the line as a path; a blank one is the path "". */
static int add_line(struct request *q, const char *line, size_t len)
{
	for (size_t n; (n = space_len(line, len)); len -= n)
		line += n;
	for (bool more = true; more;) {
		more = false;
		for (size_t n = 1; n <= 3 && n <= len && !more; n++)
			more = space_len(line + len - n, n) == n && (len -= n, true);
	}
	return add_dest_bytes(q, line, len);
}

/* 0, -ENOMEM, or -errno of the reading. */
static int read_whole(int fd, struct pcs_buf *ret)
{
	ssize_t n = 1;
	while (n > 0) {
		if (pcs_buf_reserve(ret, 65536) < 0)
			return -ENOMEM;
		n = read(fd, ret->data + ret->len, 65536);
		if (n > 0)
			ret->len += (size_t)n;
		if (n < 0 && errno == EINTR && !pcs_signal_seen())
			n = 1;
	}
	return n < 0 ? -errno : 0;
}

static int read_skipped(struct request *q)
{
	PCS_BUF struct pcs_buf text = { 0 };
	int r = read_whole(STDIN_FILENO, &text);
	if (r < 0)
		return pcs_fail(PCS_EXIT_FAILED, "compile: --skip-stdin: %s", pcs_strerror(r));
	if (pcs_buf_add(&text, "", 1) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < text.len; i += strlen(text.data + i) + 1)
		if (!pcs_map_put(&q->skipped, text.data + i, 1))
			return -ENOMEM;
	q->ca.skipped = &q->skipped;
	return 0;
}

static int read_list(struct request *q)
{
	PCS_BUF struct pcs_buf text = { 0 };
	bool input = strcmp(q->list, "-") == 0;
	PCS_CLOSE int fd = input ? dup(STDIN_FILENO) : open(q->list, O_RDONLY | O_CLOEXEC);
	int n = fd < 0 ? -errno : read_whole(fd, &text);
	if (n == -ENOMEM)
		return n;
	if (n < 0) {
		if (q->ca.quiet < 2) {
			printf("Error reading file list ");
			pcs_write_text(stdout, q->list, strlen(q->list));
			printf("\n");
		}
		return PCS_EXIT_FAILED;
	}
	/* Universal newlines, but on standard input: a lone \r ends a line as well. */
	for (size_t i = 0; i < text.len;) {
		size_t len = 0;
		while (i + len < text.len && text.data[i + len] != '\n' &&
		       (input || text.data[i + len] != '\r'))
			len++;
		if (memchr(text.data + i, '\0', len))
			return pcs_fail(PCS_EXIT_FAILED,
					"compile: -i %s: a line has a NUL byte in it", q->list);
		int r = add_line(q, text.data + i, len);
		if (r < 0)
			return r;
		i += len + 1;
		if (i < text.len && text.data[i - 1] == '\r' && text.data[i] == '\n')
			i++;
	}
	return 0;
}

/* The level that -1 stands for, which an interpreter takes from its environment
 * (cpython:Python/preconfig.c, _Py_get_env_flag). */
static long own_level(void)
{
	const char *text = getenv("PYTHONOPTIMIZE");
	char *end;
	if (!text || !*text)
		return 0;
	long level = strtol(text, &end, 10);
	return *end || level < 0 || level > INT_MAX ? 1 : level;
}

static int compare_levels(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;
	return x < y ? -1 : x > y;
}

static size_t sort_unique(long *list, size_t n)
{
	size_t kept = 0;
	qsort(list, n, sizeof(*list), compare_levels);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[kept++] = list[i];
	return kept;
}

static int settle_levels(struct pcs_compileall *ca, bool *ret_one)
{
	if (ca->n_levels <= 1 && ca->hardlink)
		return pcs_fail(-PCS_EUSAGE,
				"compile: --hardlink-dupes needs more than one optimization level");
	if (ca->n_levels == 0)
		ca->levels[ca->n_levels++] = -1;
	ca->n_levels = sort_unique(ca->levels, ca->n_levels);
	*ret_one = ca->n_levels == 1;
	ca->own_level = own_level();
	for (size_t i = 0; i < ca->n_levels; i++)
		if (ca->levels[i] == -1)
			ca->levels[i] = ca->own_level;
	ca->n_levels = sort_unique(ca->levels, ca->n_levels);
	return 0;
}

static int check_levels(const struct request *q)
{
	if (!q->ca.hardlink || !q->one_level)
		return 0;
	return pcs_fail(
		PCS_EXIT_FAILED,
		"compile: --hardlink-dupes needs more than one optimization level, and all that "
		"are given are the same");
}

/* The executor refuses a negative number of workers, which is asked for directories alone. */
static int check_jobs(const struct request *q)
{
	struct stat st;
	for (size_t i = 0; q->bad_jobs && i < q->n_dests; i++) {
		if (stat(q->dests[i], &st) == 0 && S_ISREG(st.st_mode))
			continue;
		return pcs_fail(PCS_EXIT_FAILED,
				"compile: -j: workers must be greater or equal to 0");
	}
	return 0;
}

static int settle_environment(struct request *q)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH"), *prefix = getenv("PYTHONPYCACHEPREFIX");
	PCS_BUF struct pcs_buf why = { 0 };
	static char cwd[PATH_MAX];
	if (q->ca.limit && !*q->ca.limit)
		q->ca.limit = NULL;
	if (!q->has_mode)
		q->ca.flags = epoch && *epoch ? PCS_PYC_CHECKED_HASH : PCS_PYC_TIMESTAMP;
	q->ca.cache_prefix = prefix && *prefix ? prefix : NULL;
	q->ca.cwd = getcwd(cwd, sizeof(cwd));
	q->ca.umask = pcs_proc_umask();
	q->ca.out = stdout;
	q->ca.max_levels = q->has_recursion ? q->recursion : q->flat ? 0 : 1000;
	if (!q->pattern)
		return 0;
	if (!*q->pattern)
		return pcs_fail(PCS_EXIT_FAILED, "compile: -x: the expression is empty");
	int r = pcs_regex_new(q->pattern, &q->regex, &why);
	q->ca.skip = q->regex;
	if (r == 0)
		return 0;
	return pcs_fail(PCS_EXIT_FAILED, "compile: -x %s: %s", q->pattern,
			why.len ? why.data : pcs_strerror(r));
}

static int find_python(struct request *q)
{
	const char *name = q->python ? q->python : "python3";
	PCS_BUF struct pcs_buf why = { 0 };
	int r = pcs_interps_add(&q->interps, name, &why);
	if (r == 0)
		r = pcs_interps_ask(&q->interps, PCS_ASK_ODD, NULL);
	if (r < 0 || q->interps.list[0].reason) {
		const char *words = r == 0  ? q->interps.list[0].reason :
				    why.len ? why.data :
					      pcs_strerror(r);
		return pcs_fail(-PCS_EUSAGE, "interpreter %s: %s", name, words);
	}
	q->ca.interps = &q->interps;
	return 0;
}

/* sys.path as `python3 -m compileall` has it: the working directory, where -c has an empty one,
 * then what the interpreter says. With -B it leaves no cache of its own modules in a prefix. */
static int add_sys_path(struct request *q)
{
	/* Its sitecustomize may have printed something before. */
	static const char program[] = "import os, sys\n"
				      "sys.stdout.flush()\n"
				      "for path in ['', *sys.path]:\n"
				      "    sys.stdout.buffer.write(os.fsencode(path) + b'\\0')";
	const char *const argv[] = { q->interps.list[0].executable, "-B", "-c", program, NULL };
	PCS_BUF struct pcs_buf out = { 0 };
	PCS_FREE char *why = NULL;
	int r = pcs_refuse_to_run(argv[0], &why);
	if (r == 0 && why)
		r = -EPERM;
	if (r == 0)
		r = pcs_proc_capture(argv, 1 << 20, &out);
	if (r < 0)
		return pcs_fail(PCS_EXIT_FAILED, "interpreter %s does not tell its sys.path: %s",
				argv[0], why ? why : pcs_strerror(r));
	size_t first = out.len ? strlen(out.data) + 1 : 0;
	for (size_t i = first; i < out.len && r == 0; i += strlen(out.data + i) + 1) {
		const char *entry = out.data[i] ? out.data + i : i == first ? q->ca.cwd : NULL;
		r = entry ? add_dest(q, entry) : 0;
	}
	return r;
}

/* Of the options, compile_path() is given these alone. */
static int settle_sys_path(struct request *q)
{
	struct pcs_compileall *ca = &q->ca;
	int r = add_sys_path(q);
	ca->ddir = ca->strip_dir = ca->prepend_dir = ca->limit = NULL;
	ca->skip = NULL;
	ca->hardlink = false;
	ca->levels[0] = own_level();
	ca->n_levels = ca->jobs = 1;
	ca->max_levels = 0;
	ca->stop_early = true;
	return r;
}

/* 0; an exit status, which was told of; or a negative code. */
static int settle(struct request *q)
{
	int r = settle_levels(&q->ca, &q->one_level);
	if (r == 0 && q->ca.ddir && (q->ca.strip_dir || q->ca.prepend_dir))
		r = pcs_fail(-PCS_EUSAGE,
			     "compile: -d cannot be used in combination with -s or -p");
	if (r == 0)
		r = settle_environment(q);
	if (r == 0)
		r = find_python(q);
	if (r == 0 && q->list && *q->list)
		r = read_list(q);
	if (r == 0)
		r = check_levels(q);
	if (r == 0 && q->skip_input)
		r = read_skipped(q);
	if (r == 0)
		r = q->n_dests ? check_jobs(q) : settle_sys_path(q);
	if (r == 0 && q->store)
		r = pcs_storage_open(q->store, true, &q->storage);
	q->ca.store = pcs_storage_get(q->storage);
	q->ca.dests = (const char *const *)q->dests;
	q->ca.n_dests = q->n_dests;
	return r;
}

static int run(struct request *q)
{
	const bool silent = q->ca.quiet >= 2 && q->progress == PCS_WHEN_AUTO;
	pcs_progress_start(silent ? PCS_WHEN_NEVER : q->progress);
	int r = pcs_compileall_run(&q->ca);
	pcs_progress_stop();
	pcs_storage_end(q->storage);
	if (r == -PCS_ESIGNAL) {
		if (q->ca.quiet < 2)
			printf("\n[interrupted]\n");
		return pcs_signal_seen() == SIGINT ? PCS_EXIT_FAILED : 128 + pcs_signal_seen();
	}
	if (r < 0 && r != -EINVAL)
		pcs_error("compile: %s", pcs_strerror(r));
	const struct pcs_interp *in = &q->interps.list[0];
	if (in->reason)
		pcs_error("interpreter %s: %s", pcs_interp_path(in), in->reason);
	return r > 0 ? PCS_EXIT_OK : PCS_EXIT_FAILED;
}

/* To Python a closed descriptor is one that nothing is printed to; see pcs_proc_setup(). */
static void allow_closed_output(void)
{
	if (fcntl(STDOUT_FILENO, F_GETFL) & O_PATH && !freopen("/dev/null", "w", stdout))
		pcs_debug("standard output is closed");
}

int pcs_cmd_compile(int argc, char **argv)
{
	struct request q = { .ca.jobs = 1 };
	const struct pcs_argparse parser = {
		.table = table, .n = PCS_ARRAY_SIZE(table), .into = &q, .positional = add_dest
	};
	allow_closed_output();
	int r = pcs_argparse(&parser, argc, argv);
	if (r > 0)
		r = print_help();
	else if (r == 0 && (r = settle(&q)) == 0)
		r = run(&q);
	if (r == -ENOMEM)
		pcs_error("out of memory");
	pcs_storage_free(q.storage);
	pcs_interps_done(&q.interps);
	pcs_regex_free(q.regex);
	pcs_map_done(&q.skipped);
	pcs_arena_done(&q.strings);
	free(q.dests);
	return r >= 0 ? r : r == -PCS_EUSAGE ? PCS_EXIT_USAGE : PCS_EXIT_FAILED;
}
