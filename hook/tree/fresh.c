/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/fresh.h"

#include "base/fs.h"
#include "base/time.h"

bool pcs_is_ahead(const struct pcs_source_facts *f, const struct timespec *time)
{
	return f->now.tv_sec && pcs_time_earlier(&f->now, time);
}

bool pcs_written_before(const struct pcs_source_facts *f, const struct timespec *written)
{
	return pcs_is_ahead(f, written) ||
	       (!pcs_is_ahead(f, &f->ctime) && pcs_time_earlier(written, &f->ctime));
}

struct timespec pcs_written(const struct stat *st, bool made)
{
	return made && pcs_time_earlier(&st->st_mtim, &st->st_ctim) ? st->st_mtim : st->st_ctim;
}

enum pcs_stale pcs_stale(const struct pcs_source_facts *f, const struct pcs_made *pyc)
{
	static const uint8_t by_hash[] = { [PCS_HASH_UNKNOWN] = PCS_STALE_UNKNOWN,
					   [PCS_HASH_EQUAL] = PCS_STALE_NO,
					   [PCS_HASH_DIFFERS] = PCS_STALE_HASH };
	const struct pcs_pyc_header *h = pyc->header;
	uint32_t later = h->mtime - pcs_pyc_mtime(&f->mtime);
	if (h->flags != PCS_PYC_TIMESTAMP)
		return (enum pcs_stale)by_hash[pyc->hash];
	if (pyc->no_times)
		return PCS_STALE_NO;
	if (later > pyc->slack && -later > pyc->slack)
		return PCS_STALE_MTIME;
	if (h->size != (uint32_t)f->size)
		return PCS_STALE_SIZE;
	return !pyc->no_ctime && pcs_written_before(f, &pyc->written) ? PCS_STALE_CTIME :
									PCS_STALE_NO;
}

bool pcs_right_permissions(mode_t source, mode_t pyc)
{
	const mode_t maybe = 0022;
	mode_t right = pcs_pyc_mode(source);
	mode_t found = pyc & 07777;
	return (found & ~maybe) == (right & ~maybe) && !(found & ~right);
}

bool pcs_right_owner(const struct pcs_source_facts *f, uid_t uid, gid_t gid)
{
	return (uid == f->uid && gid == f->gid) || (uid == f->dir_uid && gid == f->dir_gid);
}
