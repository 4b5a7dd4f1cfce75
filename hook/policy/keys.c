/* Every mapping that a policy may have, and its keys. Those of the settings are in settings.c. */

#include "policy/keys.h"

#include <string.h>

#include "base/path.h"
#include "base/regex.h"
#include "policy/match.h"

enum {
	MAX_INTERPRETERS = 64, /* far above any real list; keeps the search for doubles short */
	MAX_TREES = 256,
	MAX_RULES = 4096,
	MAX_NAMES = 256,
	OLDEST_MINOR = 8,
};

#define MAX_SIZE ((uint64_t)1 << 40)

static pcs_parse_key parse_version, parse_interpreters, parse_defaults, parse_epoch, parse_trees,
	parse_staging, parse_rules, parse_disable, parse_keep, parse_prefix, parse_use,
	parse_exclude, parse_epoch_use, parse_clamp, parse_path, parse_tree_interpreters,
	parse_strip, parse_prepend, parse_name, parse_match, parse_regex, parse_package,
	parse_size_over;

static const struct pcs_key_def top_keys[] = {
	{ "version", parse_version, false },
	{ "interpreters", parse_interpreters, true },
	{ "defaults", parse_defaults, false },
	{ "source-date-epoch", parse_epoch, false },
	{ "trees", parse_trees, true },
	{ "staging", parse_staging, false },
	{ "rules", parse_rules, true },
	{ "disable-rules", parse_disable, true },
	{ "keep-caches", parse_keep, true },
	{ "pycache-prefix", parse_prefix, false },
	{ 0 },
};

static const struct pcs_key_def interpreters_keys[] = {
	{ "use", parse_use, true },
	{ "exclude", parse_exclude, true },
	{ 0 },
};

static const struct pcs_key_def defaults_keys[] = { PCS_SETTINGS_KEYS, { 0 } };

static const struct pcs_key_def epoch_keys[] = {
	{ "use", parse_epoch_use, false },
	{ "clamp-mtime", parse_clamp, false },
	{ 0 },
};

static const struct pcs_key_def tree_keys[] = {
	{ "path", parse_path, false },
	{ "interpreters", parse_tree_interpreters, false },
	{ "compile", pcs_parse_compile, false },
	PCS_SETTINGS_KEYS,
	{ 0 },
};

static const struct pcs_key_def staging_keys[] = {
	{ "strip-dir", parse_strip, false },
	{ "prepend-dir", parse_prepend, false },
	{ 0 },
};

static const struct pcs_key_def rule_keys[] = {
	{ "match", parse_match, false },
	{ "regex", parse_regex, false },
	{ "package", parse_package, false },
	{ "size-over", parse_size_over, false },
	{ "name", parse_name, false },
	{ "compile", pcs_parse_compile, false },
	PCS_SETTINGS_KEYS,
	{ 0 },
};
enum { RULE_CONDITIONS = 0xf }; /* the first four of them */

const struct pcs_key_place pcs_key_places[] = {
	{ "the top level", top_keys },
	{ "'defaults'", defaults_keys },
	{ "'limits'", pcs_limits_keys },
	{ "'staging'", staging_keys },
	{ "'source-date-epoch'", epoch_keys },
	{ "'interpreters'", interpreters_keys },
	{ "a rule", rule_keys },
	{ "a tree", tree_keys },
	{ 0 },
};

/* ---- mappings and lists ---- */

static bool is_key(const struct pcs_key_def *key, const struct pcs_node *n, bool *ret_add)
{
	size_t len = strlen(key->name);
	*ret_add = key->adds && n->len == len + 1 && n->text[len] == '+';
	return (*ret_add || n->len == len) && memcmp(n->text, key->name, len) == 0;
}

unsigned pcs_parse_mapping(struct pcs_load *load, const struct pcs_key_def *keys,
			   const struct pcs_node *mapping, void *to)
{
	unsigned seen = 0;
	size_t lines[PCS_KEYS_MAX];
	const struct pcs_node *n = mapping->child;
	for (; n && n->next; n = n->next->next) {
		bool add = false;
		size_t k = 0;
		if (n->kind != PCS_NODE_SCALAR) {
			pcs_expected(load, "mapping", n, "a key");
			continue;
		}
		while (keys[k].name && !is_key(&keys[k], n, &add))
			k++;
		if (!keys[k].name) {
			pcs_unknown_key(load, keys, n);
		} else if (seen & 1u << k) {
			pcs_load_fault(load, n->line, n->column,
				       "duplicate key '%s', already on line %zu", n->text,
				       lines[k]);
		} else {
			seen |= 1u << k;
			lines[k] = n->line;
			load->add = add;
			keys[k].parse(load, keys[k].name, n->next, to);
		}
	}
	return seen;
}

/* Whether it is a list; otherwise the fault is noted. */
static bool is_list(struct pcs_load *load, const char *name, const struct pcs_node *n,
		    const char *what)
{
	if (n->kind == PCS_NODE_LIST)
		return true;
	pcs_expected(load, name, n, what);
	return false;
}

/* Whether a list has room for one more; otherwise the fault is noted. */
static bool has_room(struct pcs_load *load, const char *name, const struct pcs_node *n,
		     size_t count, size_t max)
{
	if (count < max)
		return true;
	pcs_load_fault(load, n->line, n->column, "%s: more than %zu", name, max);
	return false;
}

static bool is_empty(const struct pcs_node *collection)
{
	return collection->closed && !collection->child;
}

/* Append to a list of the policy. */
static void add_item(struct pcs_load *load, struct pcs_list *list, const struct pcs_node *n,
		     const char *text, size_t len)
{
	int r = pcs_policy_add(load->policy, list, text, len, pcs_origin_of(load, n));
	if (r < 0)
		load->err = r;
}

/* The text of a scalar, kept in the policy. */
static const char *keep(struct pcs_load *load, const char *text, size_t len)
{
	const char *copy = pcs_arena_dup(&load->policy->strings, text, len);
	if (!copy)
		load->err = -ENOMEM;
	return copy;
}

static void set_whole(struct pcs_load *load, enum pcs_whole key, const struct pcs_node *n)
{
	load->policy->origins[key] = pcs_origin_of(load, n);
}

static void parse_version(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  void *to)
{
	(void)to;
	if (!pcs_is_plain(n, "1"))
		pcs_expected(load, name, n, "1");
}

static void parse_defaults(struct pcs_load *load, const char *name, const struct pcs_node *n,
			   void *to)
{
	(void)to;
	if (n->kind == PCS_NODE_MAPPING)
		pcs_parse_mapping(load, defaults_keys, n, &load->policy->defaults);
	else
		pcs_expected(load, name, n, "a mapping");
}

/* ---- interpreters; `to` is a struct pcs_choice ---- */

static bool is_too_old(const char *version)
{
	unsigned long major = strtoul(version, NULL, 10);
	unsigned long minor = strtoul(strchr(version, '.') + 1, NULL, 10);
	return major < 3 || (major == 3 && minor < OLDEST_MINOR);
}

static void parse_interpreter(struct pcs_load *load, const char *name, const struct pcs_node *n,
			      struct pcs_list *list)
{
	size_t version = n->kind == PCS_NODE_SCALAR ? pcs_version_len(n->text) : 0;
	if (n->kind != PCS_NODE_SCALAR ||
	    (n->text[0] != '/' && (version == 0 || version != n->len)))
		pcs_expected(load, name, n, "a version like 3.11 or an absolute path");
	else if (n->text[0] != '/' && is_too_old(n->text))
		pcs_wrong(load, name, n, "is older than 3.8, the oldest that is served");
	else if (pcs_list_has(list, n->text))
		pcs_wrong(load, name, n, "is there twice");
	else if (has_room(load, name, n, list->n, MAX_INTERPRETERS))
		add_item(load, list, n, n->text, n->len);
}

static void parse_exclude(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  void *to)
{
	struct pcs_choice *choice = to;
	bool add = load->add;
	if (!is_list(load, name, n, "a list of versions and absolute paths"))
		return;
	if (!add)
		pcs_list_clear(&choice->exclude);
	choice->exclude_origin = pcs_origin_of(load, n);
	for (const struct pcs_node *i = n->child; i; i = i->next)
		parse_interpreter(load, name, i, &choice->exclude);
}

static void parse_keep(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct pcs_list *list = &load->policy->keep;
	(void)to;
	if (!is_list(load, name, n, "a list of versions"))
		return;
	if (!load->add)
		pcs_list_clear(list);
	set_whole(load, PCS_WHOLE_KEEP, n);
	for (const struct pcs_node *i = n->child; i; i = i->next) {
		if (i->kind != PCS_NODE_SCALAR || !i->len || pcs_version_len(i->text) != i->len)
			pcs_expected(load, name, i, "a version like 3.11");
		else if (pcs_list_has(list, i->text))
			pcs_wrong(load, name, i, "is there twice");
		else if (has_room(load, name, i, list->n, MAX_INTERPRETERS))
			add_item(load, list, i, i->text, i->len);
	}
}

/* Whether it is `auto`, which then is chosen. */
static bool take_auto(const struct pcs_node *n, struct pcs_choice *choice)
{
	bool found = n->kind == PCS_NODE_SCALAR && strcmp(n->text, "auto") == 0;
	choice->automatic |= found;
	return found;
}

static void parse_use(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct pcs_choice *choice = to;
	if (!load->add) {
		pcs_list_clear(&choice->use);
		choice->automatic = false;
	}
	choice->chosen = true;
	choice->use_origin = pcs_origin_of(load, n);
	if (take_auto(n, choice) ||
	    !is_list(load, name, n, "auto or a list of versions and absolute paths"))
		return;
	if (is_empty(n))
		pcs_expected(load, name, n, "auto or at least one interpreter");
	bool automatic = false;
	for (const struct pcs_node *i = n->child; i; i = i->next) {
		if (!take_auto(i, choice))
			parse_interpreter(load, name, i, &choice->use);
		else if (automatic)
			pcs_wrong(load, name, i, "is there twice");
		else
			automatic = true;
	}
}

static void parse_choice(struct pcs_load *load, const char *name, const struct pcs_node *n,
			 struct pcs_choice *choice)
{
	if (n->kind != PCS_NODE_MAPPING) {
		if (!load->add)
			pcs_list_clear(&choice->exclude);
		parse_use(load, name, n, choice);
	} else if (load->add) {
		pcs_expected(load, name, n, "a list to add; in a mapping it is 'use+'");
	} else if (!pcs_parse_mapping(load, interpreters_keys, n, choice) && is_empty(n)) {
		pcs_expected(load, name, n, "'use' or 'exclude'");
	}
}

static void parse_interpreters(struct pcs_load *load, const char *name, const struct pcs_node *n,
			       void *to)
{
	(void)to;
	parse_choice(load, name, n, &load->policy->interpreters);
}

/* ---- directories ---- */

/* The normalised path, kept in the policy; NULL when it is no absolute path, the fault is noted. */
static const char *read_path(struct pcs_load *load, const char *name, const struct pcs_node *n,
			     const char *what)
{
	if (n->kind != PCS_NODE_SCALAR || n->text[0] != '/') {
		pcs_expected(load, name, n, what);
		return NULL;
	}
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_path_normalize(n->text, n->len, "/", &path);
	if (r < 0)
		load->err = r;
	return r < 0 ? NULL : keep(load, path.data, path.len);
}

static void parse_prefix(struct pcs_load *load, const char *name, const struct pcs_node *n,
			 void *to)
{
	static const char *const words[] = { "none", NULL };
	bool none = pcs_find_word(n, words) == 0;
	const char *path = none ? NULL : read_path(load, name, n, "an absolute path or none");
	(void)to;
	if (path && strcmp(path, "/") == 0) {
		pcs_wrong(load, name, n, "would put caches beside everything");
		path = NULL;
	}
	load->policy->prefix = path;
	set_whole(load, PCS_WHOLE_PREFIX, n);
}

static void parse_strip(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	static const char *const words[] = { "auto", "none", NULL };
	int word = pcs_find_word(n, words);
	const char *dir = word >= 0 ? words[word] :
				      read_path(load, name, n, "auto, none or an absolute path");
	(void)to;
	if (dir)
		load->policy->strip_dir = dir;
	set_whole(load, PCS_WHOLE_STRIP_DIR, n);
}

static void parse_prepend(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  void *to)
{
	(void)to;
	const char *dir = read_path(load, name, n, "an absolute path");
	if (dir)
		load->policy->prepend_dir = dir;
	set_whole(load, PCS_WHOLE_PREPEND_DIR, n);
}

static void parse_staging(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  void *to)
{
	if (n->kind == PCS_NODE_MAPPING)
		pcs_parse_mapping(load, staging_keys, n, to);
	else
		pcs_expected(load, name, n, "a mapping with 'strip-dir' or 'prepend-dir'");
}

/* ---- source-date-epoch ---- */

static void parse_epoch_use(struct pcs_load *load, const char *name, const struct pcs_node *n,
			    void *to)
{
	static const char *const words[] = {
		[PCS_EPOCH_HONOR] = "honor",
		[PCS_EPOCH_IGNORE] = "ignore",
		[PCS_EPOCH_REQUIRE] = "require",
		NULL,
	};
	(void)to;
	int i = pcs_find_word(n, words);
	if (i < 0)
		pcs_expected(load, name, n, "honor, ignore or require");
	else
		load->policy->epoch_use = (uint8_t)i;
	set_whole(load, PCS_WHOLE_EPOCH_USE, n);
}

static void parse_clamp(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	(void)to;
	pcs_read_bool(load, name, n, &load->policy->clamp_mtime);
	set_whole(load, PCS_WHOLE_CLAMP_MTIME, n);
}

static void parse_epoch(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	if (n->kind == PCS_NODE_MAPPING)
		pcs_parse_mapping(load, epoch_keys, n, to);
	else
		pcs_expected(load, name, n, "a mapping with 'use' or 'clamp-mtime'");
}

/* ---- trees ---- */

/* A tree while it is read. */
struct tree_read {
	struct pcs_rule own; /* first: the keys of the settings take this for a rule */
	struct pcs_choice interpreters;
	const struct pcs_node *node; /* of its path */
	const char *path;
};

static void parse_path(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct tree_read *t = to;
	t->node = n;
	t->path = read_path(load, name, n, "an absolute path");
}

static void parse_tree_interpreters(struct pcs_load *load, const char *name,
				    const struct pcs_node *n, void *to)
{
	struct tree_read *t = to;
	parse_choice(load, name, n, &t->interpreters);
}

static void parse_tree(struct pcs_load *load, const char *name, const struct pcs_node *n)
{
	struct tree_read t = { .node = n };
	if (n->kind == PCS_NODE_SCALAR && n->text[0] == '/')
		parse_path(load, name, n, &t);
	else if (n->kind != PCS_NODE_MAPPING)
		pcs_expected(load, name, n, "an absolute path or a mapping with 'path'");
	else if (!(pcs_parse_mapping(load, tree_keys, n, &t) & 1u << 0) && n->closed)
		pcs_load_fault(load, n->line, n->column, "a tree needs the key 'path'");
	const struct pcs_tree tree = { .own = t.own, .interpreters = t.interpreters };
	int r = 0;
	if (t.path)
		r = pcs_policy_add_tree(load->policy, t.path, strlen(t.path),
					pcs_origin_of(load, t.node), &tree);
	if (r < 0)
		load->err = r;
	pcs_choice_done(&t.interpreters);
}

static void clear_trees(struct pcs_policy *p)
{
	for (size_t i = 0; i < p->trees.n; i++)
		pcs_choice_done(&p->tree_items[i].interpreters);
	pcs_list_clear(&p->trees);
}

static void parse_trees(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	(void)to;
	if (!is_list(load, name, n, "a list of trees"))
		return;
	if (!load->add)
		clear_trees(load->policy);
	set_whole(load, PCS_WHOLE_TREES, n);
	for (const struct pcs_node *i = n->child; i; i = i->next) {
		if (!has_room(load, name, i, load->policy->trees.n, MAX_TREES))
			return;
		parse_tree(load, name, i);
	}
}

/* ---- rules; `to` is a struct pcs_rule ---- */

/* What is wrong with a pattern, or NULL. A path never has what is refused here. */
static const char *pattern_fault(const char *pattern)
{
	const char *p = pattern;
	if (*p != '/' && strncmp(p, "**/", 3) != 0)
		return "must begin with '/' or '**/'";
	for (p += *p == '/'; *p; p += *p == '/') {
		size_t n = strcspn(p, "/");
		if (n == 0 || (n == 1 && *p == '.') || (n == 2 && strncmp(p, "..", 2) == 0))
			return "matches nothing: paths have no '//', '/./' or '/../'";
		p += n;
		if (p[0] == '/' && p[1] == '\0')
			return "matches nothing: it ends in '/'; for all below, end it in '/**'";
	}
	return NULL;
}

static void parse_match(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct pcs_rule *rule = to;
	if (n->kind != PCS_NODE_SCALAR) {
		pcs_expected(load, name, n, "a path pattern");
		return;
	}
	const char *fault = pattern_fault(n->text);
	if (fault)
		pcs_wrong(load, name, n, fault);
	rule->match = n->text;
}

static void parse_regex(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct pcs_rule *rule = to;
	struct pcs_regex *regex = NULL;
	PCS_BUF struct pcs_buf why = { 0 };
	if (n->kind != PCS_NODE_SCALAR || n->len == 0) {
		pcs_expected(load, name, n, "a regular expression");
		return;
	}
	int r = pcs_regex_new(n->text, &regex, &why);
	pcs_regex_free(regex);
	if (r == -ENOMEM)
		load->err = r;
	else if (r < 0)
		pcs_load_fault(load, n->line, n->column, "%s: %s%s", name,
			       r == -EINVAL ? "not valid: " : "", why.len ? why.data : "");
	rule->pattern = n->text;
}

/* Names of packages as all managers have them: nothing that a path or a blank could be. */
static void parse_package(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  void *to)
{
	struct pcs_rule *rule = to;
	if (n->kind != PCS_NODE_SCALAR || n->len == 0 || strpbrk(n->text, "/ \t\n"))
		pcs_expected(load, name, n, "the name of a package; * and ? may stand in it");
	else
		rule->package = n->text;
}

static void parse_size_over(struct pcs_load *load, const char *name, const struct pcs_node *n,
			    void *to)
{
	struct pcs_rule *rule = to;
	uint64_t size;
	if (pcs_read_size(n, 0, MAX_SIZE, &size))
		rule->size_over = size + 1;
	else
		pcs_expected(load, name, n,
			     "a size up to 1024GiB, in bytes or with KiB, MiB or GiB");
}

/* The names of rules are for disable-rules. */
static bool is_name(const struct pcs_node *n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	return n->kind == PCS_NODE_SCALAR && n->len > 0 && n->len <= 64 &&
	       strspn(n->text, letters) == n->len;
}

static void parse_name(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	struct pcs_rule *rule = to;
	if (is_name(n))
		rule->name = n->text;
	else
		pcs_expected(load, name, n, "up to 64 letters, digits, '.', '_' and '-'");
}

static void parse_disable(struct pcs_load *load, const char *name, const struct pcs_node *n,
			  void *to)
{
	struct pcs_list *list = &load->policy->disabled;
	(void)to;
	if (!is_list(load, name, n, "a list of names of rules"))
		return;
	if (!load->add)
		pcs_list_clear(list);
	set_whole(load, PCS_WHOLE_DISABLED, n);
	for (const struct pcs_node *i = n->child; i; i = i->next) {
		if (!is_name(i))
			pcs_expected(load, name, i, "the name of a rule");
		else if (pcs_list_has(list, i->text))
			pcs_wrong(load, name, i, "is there twice");
		else if (has_room(load, name, i, list->n, MAX_NAMES))
			add_item(load, list, i, i->text, i->len);
	}
}

static void parse_rule(struct pcs_load *load, const char *name, const struct pcs_node *n)
{
	struct pcs_rule rule = { .origin = pcs_origin_of(load, n) };
	if (n->kind != PCS_NODE_MAPPING) {
		pcs_expected(load, name, n, "a mapping with 'match' and settings");
		return;
	}
	size_t faults = load->n_faults;
	unsigned seen = pcs_parse_mapping(load, rule_keys, n, &rule);
	/* Where something in it is wrong already, what is left out may just be misspelt. */
	bool sound = n->closed && load->n_faults == faults;
	if (n->closed && !(seen & RULE_CONDITIONS))
		pcs_load_fault(load, n->line, n->column,
			       "a rule needs the key 'match', 'regex', 'package' or 'size-over'");
	else if (sound && !rule.set)
		pcs_load_fault(load, n->line, n->column, "the rule sets nothing");
	int r = pcs_policy_add_rule(load->policy, &rule);
	if (r < 0)
		load->err = r;
}

static void parse_rules(struct pcs_load *load, const char *name, const struct pcs_node *n, void *to)
{
	(void)to;
	if (!is_list(load, name, n, "a list of rules"))
		return;
	if (!load->add)
		load->policy->n_rules = 0;
	set_whole(load, PCS_WHOLE_RULES, n);
	for (const struct pcs_node *i = n->child; i; i = i->next) {
		if (!has_room(load, name, i, load->policy->n_rules, MAX_RULES))
			return;
		parse_rule(load, name, i);
	}
}

void pcs_keys_read(struct pcs_load *load, const struct pcs_node *root)
{
	static const char what[] = "a mapping with 'version: 1'";
	if (!root || (root->kind == PCS_NODE_SCALAR && root->plain && root->len == 0)) {
		pcs_load_fault(load, 1, 1, "expected %s", what);
	} else if (root->kind != PCS_NODE_MAPPING) {
		pcs_expected(load, "policy", root, what);
	} else if (!(pcs_parse_mapping(load, top_keys, root, NULL) & 1u << 0) && root->closed) {
		pcs_load_fault(load, root->line, root->column,
			       "the key 'version' is missing; expected 'version: 1'");
	}
}
