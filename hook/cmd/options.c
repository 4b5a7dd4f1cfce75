#include "cmd/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"

enum {
	KEY_MODE = 256,
	KEY_EPOCH,
	KEY_STRIP,
	KEY_PREPEND,
	KEY_RECORD,
	KEY_CANONICALIZE,
	KEY_REPRODUCIBLE, /* and behind each of these its --no- form */
	KEY_NO_REPRODUCIBLE,
	KEY_HARDLINK,
	KEY_NO_HARDLINK,
	KEY_CLAMP,
	KEY_NO_CLAMP,
};

static const struct entry {
	unsigned in; /* enum pcs_option_set; 0: in every command */
	int key;     /* short option, or a number above all characters */
	const char *name;
	const char *arg;
	const char *help;
} table[] = {
	{ PCS_OPT_ALL, 'a', "all", NULL, "every cache, not only those whose source is gone" },
	{ PCS_OPT_ALL, 'm', "made", NULL, "every cache that pycsync made, and no other" },
	{ PCS_OPT_ROOT, 'R', "root", "DIR", "work inside DIR: all paths are paths in it" },
	{ PCS_OPT_POLICY, 'P', "policy", "FILE", "read FILE over the policy of the system" },
	{ PCS_OPT_PYTHON, 'p', "python", "PATH",
	  "only this interpreter: an executable, a libpython or a version; repeatable" },
	{ PCS_OPT_STDIN, 's', "stdin", NULL, "read paths from standard input, one a line" },
	{ PCS_OPT_STDIN, '0', "null", NULL, "paths on standard input end in NUL" },
	{ PCS_OPT_PACKAGE, 'K', "package", "FILE", "take the paths in a package file; repeatable" },
	{ PCS_OPT_VERIFY, 'I', "installed", "NAME", "take the paths of an installed package" },
	{ PCS_OPT_VERIFY, 'D', "deep", NULL, "compile the sources and compare the code, too" },
	{ PCS_OPT_VERIFY, 'L', "hardlink-dupes", NULL,
	  "expect levels that are the same to be one file" },
	{ PCS_OPT_VERIFY, 'F', "fail-on", "LIST",
	  "exit 1 for these: note, warning (the default), error, never, or findings by name" },
	{ PCS_OPT_JOBS, 'j', "jobs", "N",
	  "work with N processes (0, the default: one a processor)" },
	{ PCS_OPT_DRY_RUN, 'n', "dry-run", NULL, "only say what would be done" },
	{ PCS_OPT_EXPLAIN, 'e', "explain", NULL, "say of each path what is done, and why" },
	{ PCS_OPT_JSON, 'J', "json", NULL, "one JSON object a line" },
	{ PCS_OPT_STAGE, 'o', "optimize", "LEVEL",
	  "this optimization level, 0, 1 or 2, or several with commas; repeatable" },
	{ PCS_OPT_STAGE, KEY_MODE, "invalidation-mode", "MODE",
	  "timestamp, checked-hash or unchecked-hash; auto" },
	{ PCS_OPT_STAGE, KEY_EPOCH, "source-date-epoch", "USE", "honor, ignore or require" },
	{ PCS_OPT_STAGE, KEY_CLAMP, "clamp-mtime", NULL, "give newer sources that time" },
	{ PCS_OPT_STAGE, KEY_NO_CLAMP, "no-clamp-mtime", NULL, "leave the times of sources" },
	{ PCS_OPT_STAGE, KEY_STRIP, "strip-dir", "DIR",
	  "take DIR off the recorded names instead of DESTDIR; auto or none" },
	{ PCS_OPT_STAGE, KEY_PREPEND, "prepend-dir", "DIR", "put DIR before the recorded names" },
	{ PCS_OPT_STAGE, KEY_REPRODUCIBLE, "reproducible", NULL, "write canonical bytes" },
	{ PCS_OPT_STAGE, KEY_NO_REPRODUCIBLE, "no-reproducible", NULL,
	  "write what the interpreter writes" },
	{ PCS_OPT_STAGE, KEY_HARDLINK, "hardlink-dupes", NULL, "link levels that are the same" },
	{ PCS_OPT_STAGE, KEY_NO_HARDLINK, "no-hardlink-dupes", NULL, "a file for each level" },
	{ PCS_OPT_STAGE, KEY_RECORD, "record", "FILE",
	  "what a wheel's RECORD lists, besides the PATHs; repeatable" },
	{ PCS_OPT_STAGE, KEY_CANONICALIZE, "canonicalize-only", NULL,
	  "compile nothing: rewrite the pycs that are there" },
	{ PCS_OPT_QUIET, 'q', "quiet", NULL, "only errors" },
	{ PCS_OPT_QUIET, 'v', "verbose", NULL, "also what is left alone" },
	{ 0, 'h', "help", NULL, "this text" },
};

/* Short forms that the manual promises; the others have only the long form. */
static const char shorts[] = "0jnoqvh";

static bool is_short(int key)
{
	return key < 256 && strchr(shorts, key);
}

static void print_help(const struct pcs_options *o, unsigned set, const char *synopsis)
{
	printf("usage: pycsync %s %s\n\n", o->command, synopsis);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		const struct entry *e = &table[i];
		char form[40];
		if (e->in && !(e->in & set))
			continue;
		snprintf(form, sizeof(form), "--%s%s%s", e->name, e->arg ? " " : "",
			 e->arg ? e->arg : "");
		bool has_short = is_short(e->key);
		printf("  %c%c %-*s %s\n", has_short ? '-' : ' ', has_short ? e->key : ' ',
		       set & PCS_OPT_STAGE ? 24 : 18, form, e->help);
	}
	printf("\nThe manual is pycsync(8).\n");
}

static int set_jobs(struct pcs_options *o, const char *text)
{
	char *end;
	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (*end || end == text || text[0] == '-' || errno || n > 1024) {
		pcs_error("%s: -j: '%s' is no number from 0 to 1024", o->command, text);
		return -PCS_EUSAGE;
	}
	o->jobs = (unsigned)n;
	return 0;
}

static int add_word(const char ***list, size_t *n, const char *word)
{
	const char **grown = realloc(*list, (*n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*list = grown;
	grown[(*n)++] = word;
	return 0;
}

/* "0", "0,2": levels as bits. */
static int add_levels(struct pcs_options *o, const char *text)
{
	for (const char *p = text;; p += 2) {
		if (*p < '0' || *p > '2' || (p[1] && p[1] != ',')) {
			pcs_error("%s: -o: '%s' is none of the levels 0, 1 and 2", o->command,
				  text);
			return -PCS_EUSAGE;
		}
		o->stage.levels |= 1u << (*p - '0');
		if (!p[1])
			return 0;
	}
}

static int set_stage_option(struct pcs_options *o, int key, const char *arg)
{
	struct pcs_stage_options *s = &o->stage;
	switch (key) {
	case 'o':
		return add_levels(o, arg);
	case KEY_MODE:
		s->invalidation = arg;
		break;
	case KEY_EPOCH:
		s->epoch = arg;
		break;
	case KEY_STRIP:
		s->strip_dir = arg;
		break;
	case KEY_PREPEND:
		s->prepend_dir = arg;
		break;
	case KEY_RECORD:
		return add_word(&s->records, &s->n_records, arg);
	case KEY_CANONICALIZE:
		s->canonicalize_only = true;
		break;
	case KEY_REPRODUCIBLE:
	case KEY_NO_REPRODUCIBLE:
		s->reproducible = key == KEY_REPRODUCIBLE ? PCS_YES : PCS_NO;
		break;
	case KEY_HARDLINK:
	case KEY_NO_HARDLINK:
		s->hardlink = key == KEY_HARDLINK ? PCS_YES : PCS_NO;
		break;
	case KEY_CLAMP:
	case KEY_NO_CLAMP:
		s->clamp = key == KEY_CLAMP ? PCS_YES : PCS_NO;
		break;
	default:
		pcs_error("%s: see 'pycsync %s --help'", o->command, o->command);
		return -PCS_EUSAGE;
	}
	return 0;
}

static int set_option(struct pcs_options *o, int key, const char *arg)
{
	switch (key) {
	case 'a':
		o->all = true;
		break;
	case 'm':
		o->made = true;
		break;
	case 'R':
		o->root = arg;
		break;
	case 'P':
		o->policy = arg;
		break;
	case 'p':
		return add_word(&o->pythons, &o->n_pythons, arg);
	case 'K':
		return add_word(&o->packages, &o->n_packages, arg);
	case 'I':
		return add_word(&o->installed, &o->n_installed, arg);
	case 'D':
		o->deep = true;
		break;
	case 'L':
		o->links = true;
		break;
	case 'F':
		o->fail_on = arg;
		break;
	case 1:
		return add_word(&o->operands, &o->n_operands, arg);
	case 's':
		o->from_stdin = true;
		break;
	case '0':
		o->from_stdin = o->nul = true;
		break;
	case 'j':
		return set_jobs(o, arg);
	case 'n':
		o->dry_run = true;
		break;
	case 'e':
		o->explain = true;
		break;
	case 'J':
		o->json = true;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	default:
		return set_stage_option(o, key, arg);
	}
	return 0;
}

/* getopt_long()'s own tables, of the options that are in `set`. */
static void build_tables(unsigned set, struct option *longs, char *letters)
{
	*letters++ = '-'; /* operands come as key 1, whatever POSIXLY_CORRECT says */
	for (size_t i = 0; i < PCS_ARRAY_SIZE(table); i++) {
		const struct entry *e = &table[i];
		if (e->in && !(e->in & set))
			continue;
		*longs++ = (struct option){ .name = e->name,
					    .has_arg = e->arg ? required_argument : no_argument,
					    .val = e->key };
		if (!is_short(e->key))
			continue;
		*letters++ = (char)e->key;
		if (e->arg)
			*letters++ = ':';
	}
	*longs = (struct option){ 0 };
	*letters = '\0';
}

int pcs_options_read(int argc, char **argv, unsigned set, const char *synopsis,
		     struct pcs_options *ret)
{
	struct option longs[PCS_ARRAY_SIZE(table) + 1];
	char letters[2 * PCS_ARRAY_SIZE(table) + 2];
	*ret = (struct pcs_options){ .command = argv[0], .root = "/" };
	build_tables(set, longs, letters);
	optind = 1;
	static char self[] = "pycsync";
	argv[0] = self; /* getopt's own messages begin with it */
	for (int key; (key = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
		if (key == 'h') {
			print_help(ret, set, synopsis);
			return 1;
		}
		int r = set_option(ret, key, optarg);
		if (r < 0)
			return r;
	}
	for (int i = optind; i < argc; i++) {
		int r = add_word(&ret->operands, &ret->n_operands, argv[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

void pcs_options_done(struct pcs_options *o)
{
	free(o->pythons);
	free(o->packages);
	free(o->installed);
	free(o->operands);
	free(o->stage.records);
}

int pcs_options_pick_packages(struct pcs_options *o, bool (*is_one)(const char *operand))
{
	size_t kept = 0;
	int r = 0;
	for (size_t i = 0; i < o->n_operands && r == 0; i++) {
		if (is_one(o->operands[i]))
			r = add_word(&o->packages, &o->n_packages, o->operands[i]);
		else
			o->operands[kept++] = o->operands[i];
	}
	o->n_operands = kept;
	return r;
}
