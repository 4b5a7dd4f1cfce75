/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/entry.h"

#include <endian.h>
#include <string.h>

#include "base/digest.h"

enum {
	FORM = 2,    /* another one where this version of pycsync gives other code */
	QUIET = 0x1, /* in `flags` */
};

static const char magic_text[] = "pycsync-store-2\n";

/* Numbers have the least significant byte first. */
struct head {
	char magic[16];
	uint8_t key[PCS_ENTRY_KEY];
	uint32_t minor, flags;
	uint64_t name, len;           /* where the file name is, and how long the code */
	uint8_t checksum[PCS_SHA256]; /* of what is before it, and of the code */
};
_Static_assert(sizeof(struct head) == PCS_ENTRY_HEAD, "the head has no gaps");
_Static_assert(sizeof(magic_text) == sizeof(((struct head *)NULL)->magic) + 1, "and no NUL in it");

int pcs_entry_key(const uint8_t *source, uint64_t build, uint32_t magic, unsigned level,
		  struct pcs_entry_key *ret)
{
	struct {
		uint8_t source[PCS_SHA256];
		uint64_t numbers[4];
	} made = { .numbers = { htole64(build), htole64(magic), htole64(level), htole64(FORM) } };
	memcpy(made.source, source, sizeof(made.source));
	return pcs_sha256(&made, sizeof(made), ret->bytes);
}

void pcs_entry_name(const struct pcs_entry_key *key, char ret[PCS_ENTRY_NAME + 1])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < sizeof(key->bytes); i++) {
		*ret++ = digits[key->bytes[i] >> 4];
		*ret++ = digits[key->bytes[i] & 0xf];
	}
	*ret = '\0';
}

/* The sum is computed with zeroes in its place. */
static int sum(const struct pcs_buf *b, struct head *h, uint8_t ret[PCS_SHA256])
{
	uint8_t parts[2][PCS_SHA256];
	memset(h->checksum, 0, sizeof(h->checksum));
	int r = pcs_sha256(h, sizeof(*h), parts[0]);
	if (r == 0)
		r = pcs_sha256(b->data + PCS_ENTRY_HEAD, b->len - PCS_ENTRY_HEAD, parts[1]);
	return r < 0 ? r : pcs_sha256(parts, sizeof(parts), ret);
}

int pcs_entry_seal(struct pcs_buf *b, const struct pcs_entry_key *key, const struct pcs_entry *e)
{
	uint8_t checksum[PCS_SHA256];
	struct head h = { .minor = htole32(e->minor),
			  .flags = htole32(e->quiet ? QUIET : 0),
			  .name = htole64(e->name),
			  .len = htole64(b->len - PCS_ENTRY_HEAD) };
	memcpy(h.magic, magic_text, sizeof(h.magic));
	memcpy(h.key, key->bytes, sizeof(h.key));
	int r = sum(b, &h, checksum);
	if (r < 0)
		return r;
	memcpy(h.checksum, checksum, sizeof(checksum));
	memcpy(b->data, &h, sizeof(h));
	return 0;
}

const char *pcs_entry_check(const struct pcs_buf *b, const struct pcs_entry_key *key,
			    struct pcs_entry *ret)
{
	struct head h;
	uint8_t is[PCS_SHA256], said[PCS_SHA256];
	if (b->len < PCS_ENTRY_HEAD)
		return "it is cut short";
	memcpy(&h, b->data, sizeof(h));
	if (memcmp(h.magic, magic_text, sizeof(h.magic)) != 0)
		return "it is not an entry of this version";
	if (le64toh(h.len) != b->len - PCS_ENTRY_HEAD)
		return "its length is not what it says";
	if (memcmp(h.key, key->bytes, sizeof(h.key)) != 0)
		return "its name is that of another entry";
	memcpy(said, h.checksum, sizeof(said));
	if (sum(b, &h, is) < 0)
		return "no library is there to check it";
	if (memcmp(said, is, sizeof(is)) != 0)
		return "its checksum is wrong";
	*ret = (struct pcs_entry){ .minor = le32toh(h.minor),
				   .quiet = le32toh(h.flags) & QUIET,
				   .name = (size_t)le64toh(h.name) };
	return NULL;
}
