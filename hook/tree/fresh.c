#include "tree/fresh.h"

#include "base/time.h"

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
	return !pyc->no_ctime && pcs_time_earlier(&pyc->written, &f->ctime) ? PCS_STALE_CTIME :
									      PCS_STALE_NO;
}
