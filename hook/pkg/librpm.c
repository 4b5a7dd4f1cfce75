/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/librpm.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/dl.h"

/*
 * As rpmts.h, rpmdb.h, header.h, rpmtd.h, rpmmacro.h and rpmlog.h have it since rpm 4.15: no header
 * is needed to build, and one build works with librpm.so.9 and .so.10. Every structure is opaque.
 */
enum {
	TAG_NAME = 1000,
	VERIFY_NOTHING = ~0, /* rpmVSFlags: each stands for a check that is not made */
	MACRO_LEVEL = -7,    /* RMIL_CMDLINE */
	HEADERGET_MINMEM = 1,
	LOG_LEVEL_ERROR = 3,
	FILE_GHOST = 1 << 6, /* of TAG_FILEFLAGS */
};

struct api {
	void *(*ts_new)(void);
	void *(*ts_free)(void *ts);
	int (*ts_open)(void *ts, int mode);
	unsigned (*ts_set_verify)(void *ts, unsigned flags);
	void *(*find)(void *ts, int index, const void *key, size_t len);
	int (*find_count)(void *found);
	void *(*find_next)(void *found);
	unsigned (*find_number)(void *found);
	void *(*find_free)(void *found);
	int (*get)(void *header, int tag, void *values, unsigned flags);
	const char *(*get_string)(void *header, int tag);
	void *(*values_new)(void);
	void (*values_clear)(void *values);
	void *(*values_free)(void *values);
	int (*values_next)(void *values);
	int (*values_set)(void *values, int index);
	const char *(*as_string)(void *values);
	uint32_t *(*as_u32)(void *values);
	uint16_t *(*as_u16)(void *values);
	int (*push_macro)(void *context, const char *name, const char *options, const char *body,
			  int level);
	int (*pop_macro)(void *context, const char *name);
	void *(*log_to)(int (*call)(void *record, void *ctx), void *ctx);
	const char *(*log_message)(void *record);
	unsigned (*log_level)(void *record);
};

/* Macros and the log are librpmio's, which librpm brings with it. */
#define SYMBOL(field, name) PCS_DL_SYMBOL(struct api, field, name)
PCS_DL_LIBRARY(sonames, "rpm", "Read a database of rpm", "suggested", "librpm.so.10",
	       "librpm.so.9");
static const struct pcs_dl_symbol symbols[] = {
	SYMBOL(ts_new, "rpmtsCreate"),           SYMBOL(ts_free, "rpmtsFree"),
	SYMBOL(ts_open, "rpmtsOpenDB"),          SYMBOL(ts_set_verify, "rpmtsSetVSFlags"),
	SYMBOL(find, "rpmtsInitIterator"),       SYMBOL(find_count, "rpmdbGetIteratorCount"),
	SYMBOL(find_next, "rpmdbNextIterator"),  SYMBOL(find_number, "rpmdbGetIteratorOffset"),
	SYMBOL(find_free, "rpmdbFreeIterator"),  SYMBOL(get, "headerGet"),
	SYMBOL(get_string, "headerGetString"),   SYMBOL(values_new, "rpmtdNew"),
	SYMBOL(values_clear, "rpmtdFreeData"),   SYMBOL(values_free, "rpmtdFree"),
	SYMBOL(values_next, "rpmtdNext"),        SYMBOL(values_set, "rpmtdSetIndex"),
	SYMBOL(as_string, "rpmtdGetString"),     SYMBOL(as_u32, "rpmtdGetUint32"),
	SYMBOL(as_u16, "rpmtdGetUint16"),        SYMBOL(push_macro, "rpmPushMacro"),
	SYMBOL(pop_macro, "rpmPopMacro"),        SYMBOL(log_to, "rpmlogSetCallback"),
	SYMBOL(log_message, "rpmlogRecMessage"), SYMBOL(log_level, "rpmlogRecPriority"),
};

/* Of the files of a package: the tags that have them. */
enum values { DIRS, NAMES, INDEXES, MODES, FLAGS, N_VALUES };
static const int tags[] = {
	[DIRS] = PCS_RPM_DIRS, [NAMES] = 1117, [INDEXES] = 1116, [MODES] = 1030, [FLAGS] = 1037
};

struct pcs_rpmdb {
	struct api api;
	void *ts;
	void *values[N_VALUES]; /* of one package */
	struct pcs_buf said;    /* librpm's first error */
};

/* librpm tells of most faults nowhere else: what cannot be read looks as if it were not there. */
static int note_error(void *record, void *ctx)
{
	struct pcs_rpmdb *db = ctx;
	const char *words = db->api.log_message(record);
	if (db->api.log_level(record) <= LOG_LEVEL_ERROR && !db->said.len && words)
		pcs_buf_add(&db->said, words, strcspn(words, "\n"));
	return 0; /* and it is not printed */
}

static int set_macro(const struct api *api, const char *name, const char *value)
{
	PCS_BUF struct pcs_buf body = { 0 };
	int r = 0;
	for (; *value && r == 0; value++)
		r = *value == '%' ? pcs_buf_adds(&body, "%%") : pcs_buf_add(&body, value, 1);
	if (r == 0)
		api->push_macro(NULL, name, NULL, body.data, MACRO_LEVEL);
	return r;
}

static int open_database(struct pcs_rpmdb *db, const char *path, const char *backend)
{
	const struct api *api = &db->api;
	bool all = (db->ts = api->ts_new()) != NULL;
	for (size_t i = 0; i < N_VALUES && all; i++)
		all = (db->values[i] = api->values_new()) != NULL;
	if (!all)
		return -ENOMEM;
	if (set_macro(api, "_dbpath", path) < 0 || set_macro(api, "_db_backend", backend) < 0)
		return -ENOMEM;
	api->ts_set_verify(db->ts, (unsigned)VERIFY_NOTHING);
	int r = api->ts_open(db->ts, O_RDONLY) == 0 ? 0 : -EIO;
	api->pop_macro(NULL, "_dbpath");
	api->pop_macro(NULL, "_db_backend");
	return r == 0 && db->said.len ? -EIO : r;
}

int pcs_rpmdb_open(const char *path, const char *backend, struct pcs_rpmdb **ret,
		   struct pcs_buf *ret_why)
{
	struct pcs_rpmdb *db = calloc(1, sizeof(*db));
	if (!db)
		return -ENOMEM;
	if (pcs_dl_load(sonames, symbols, PCS_ARRAY_SIZE(symbols), &db->api) < 0) {
		free(db);
		pcs_buf_adds(ret_why, "rpm's database is there but librpm cannot be loaded");
		return -ELIBACC;
	}
	db->api.log_to(note_error, db);
	int r = open_database(db, path, backend);
	db->api.log_to(NULL, NULL);
	if (r == 0) {
		*ret = db;
		return 0;
	}
	pcs_buf_printf(ret_why, "rpm's database cannot be read: %s%s%s", path,
		       db->said.len ? ": " : "", db->said.len ? db->said.data : "");
	pcs_rpmdb_close(db);
	return r;
}

void pcs_rpmdb_close(struct pcs_rpmdb *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < N_VALUES; i++)
		db->api.values_free(db->values[i]);
	if (db->ts)
		db->api.ts_free(db->ts);
	pcs_buf_done(&db->said);
	free(db);
}

static int visit_dirs(struct pcs_rpmdb *db, const struct pcs_rpm_visitor *v)
{
	int r = 0;
	while (r == 0 && db->api.values_next(db->values[DIRS]) >= 0) {
		const char *dir = db->api.as_string(db->values[DIRS]);
		r = dir ? v->dir(v->ctx, dir) : 0;
	}
	return r;
}

static int visit_files(struct pcs_rpmdb *db, const struct pcs_rpm_visitor *v)
{
	const struct api *api = &db->api;
	void *const *values = db->values;
	int r = 0;
	while (r == 0 && api->values_next(values[NAMES]) >= 0) {
		bool all = true;
		for (size_t i = INDEXES; i < N_VALUES && all; i++)
			all = api->values_next(values[i]) >= 0;
		const uint32_t *index = all ? api->as_u32(values[INDEXES]) : NULL;
		const uint16_t *mode = all ? api->as_u16(values[MODES]) : NULL;
		const uint32_t *flags = all ? api->as_u32(values[FLAGS]) : NULL;
		const char *dir = index && api->values_set(values[DIRS], (int)*index) >= 0 ?
					  api->as_string(values[DIRS]) :
					  NULL;
		const char *name = api->as_string(values[NAMES]);
		if (!mode || !flags || !dir || !name)
			return -EBADMSG;
		const struct pcs_rpm_file f = { dir, name, S_ISDIR(*mode), *flags & FILE_GHOST };
		r = v->file(v->ctx, &f);
	}
	return r;
}

static int visit_package(struct pcs_rpmdb *db, void *header, uint32_t number,
			 const struct pcs_rpm_visitor *v)
{
	const struct api *api = &db->api;
	const char *name = api->get_string(header, TAG_NAME);
	int r = v->package(v->ctx, number, name ? name : "");
	if (r <= 0)
		return r;
	bool any = true;
	for (size_t i = 0; i < N_VALUES && any; i++)
		any = api->get(header, tags[i], db->values[i], HEADERGET_MINMEM);
	r = !any ? -EBADMSG : v->dir ? visit_dirs(db, v) : 0;
	if (r == 0)
		r = visit_files(db, v);
	for (size_t i = 0; i < N_VALUES; i++)
		api->values_clear(db->values[i]);
	return r;
}

static int visit_found(struct pcs_rpmdb *db, void *found, const struct pcs_rpm_visitor *v)
{
	const struct api *api = &db->api;
	int r = 0;
	if (!found)
		return 0;
	uint32_t expected = (uint32_t)api->find_count(found), seen = 0;
	if (expected != v->known) {
		for (void *h = api->find_next(found); h && r == 0; h = api->find_next(found)) {
			r = visit_package(db, h, api->find_number(found), v);
			seen++;
		}
		if (r == 0 && seen != expected)
			r = -EBADMSG; /* the index knows a package that cannot be read */
	}
	api->find_free(found);
	return r;
}

int pcs_rpmdb_visit(struct pcs_rpmdb *db, enum pcs_rpm_index index, const char *key,
		    const struct pcs_rpm_visitor *visitor, struct pcs_buf *ret_why)
{
	db->api.log_to(note_error, db);
	int r = visit_found(db, db->api.find(db->ts, (int)index, key, strlen(key)), visitor);
	db->api.log_to(NULL, NULL);
	if (r != -EBADMSG && !db->said.len)
		return r;
	pcs_buf_printf(ret_why, "rpm's database cannot be read: %s",
		       db->said.len ? db->said.data : "a package of it is broken");
	return -EIO;
}
