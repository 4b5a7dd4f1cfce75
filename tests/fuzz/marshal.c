/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mutates pycs and gives them to the canonical pass: build/fuzz-marshal [-k N] N SEED <PYCS >PAIRS.
 * PYCS is a stream of lengths (32 bits, in the machine's order) and pycs. Whatever comes in, there
 * is a canonical form that is its own canonical form, or a refusal that says what and where; the
 * sanitizers watch the rest. With -k, every N-th form goes to standard output after what it was
 * made of, each after its length, so that CPython can be asked whether they are equal.
 */

#include <assert.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "pyc/canon.h"

enum { SECONDS = 20, A_TURN = 1000, SEED_MAX = 1 << 16, GROWN_MAX = 1 << 18, REASONS_MAX = 64 };

struct pyc {
	uint8_t *data;
	size_t len;
};

struct corpus {
	struct pyc *list;
	size_t n, cap;
};

static struct {
	const char *what;
	size_t n;
} reasons[REASONS_MAX];

static uint64_t state;

/* xorshift64*, Vigna 2016 */
static uint64_t rnd(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1d >> 16) % (below ? below : 1);
}

static void load(struct corpus *c)
{
	uint32_t len;
	while (fread(&len, sizeof(len), 1, stdin) == 1) {
		struct pyc p = { .data = malloc(len + 1), .len = len };
		c->list = pcs_grow(c->list, &c->cap, c->n + 1, sizeof(*c->list));
		if (!p.data || !c->list || fread(p.data, 1, len, stdin) != len)
			abort();
		if (len > 16 && len <= SEED_MAX)
			c->list[c->n++] = p;
		else
			free(p.data);
	}
}

/* Put `n` bytes in the place of `cut` others. */
static void replace(struct pcs_buf *b, size_t at, size_t cut, const void *with, size_t n)
{
	PCS_BUF struct pcs_buf tail = { 0 };
	assert(at + cut <= b->len);
	if (pcs_buf_add(&tail, b->data + at + cut, b->len - at - cut) < 0)
		abort();
	b->len = at;
	if (pcs_buf_add(b, with, n) < 0 || pcs_buf_add(b, tail.data, tail.len) < 0)
		abort();
}

static void put_number(struct pcs_buf *b, size_t at)
{
	static const uint32_t numbers[] = { 0,          1,          2,          255,
					    256,        0x7fff,     0x8000,     0xffff,
					    0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff };
	uint32_t v = rnd(2) ? numbers[rnd(PCS_ARRAY_SIZE(numbers))] : (uint32_t)rnd(64);
	size_t n = b->len - at < sizeof(v) ? b->len - at : sizeof(v);
	replace(b, at, n, &v, n);
}

static void put_reference(struct pcs_buf *b, size_t at)
{
	uint8_t ref[5] = { 'r', (uint8_t)rnd(rnd(2) ? 8 : 256) };
	replace(b, at, rnd(b->len - at < 8 ? b->len - at : 8), ref, sizeof(ref));
}

/* Many times one inside of the other. */
static void put_nested(struct pcs_buf *b, size_t at)
{
	static const char *const heads[] = { ")\x01", "(\x01\0\0\0", ">\x01\0\0\0", "\xa9\x01" };
	static const size_t lens[] = { 2, 5, 5, 2 };
	size_t which = rnd(PCS_ARRAY_SIZE(heads));
	PCS_BUF struct pcs_buf deep = { 0 };
	for (size_t i = rnd(rnd(8) ? 4 : 2100) + 1; i--;)
		if (pcs_buf_add(&deep, heads[which], lens[which]) < 0)
			abort();
	replace(b, at, 0, deep.data, deep.len);
}

static void put_piece(struct pcs_buf *b, size_t at, const struct pyc *from)
{
	size_t start = rnd(from->len), most = from->len - start;
	size_t n = rnd(most < 64 || rnd(4) == 0 ? most : 64);
	size_t cut = rnd(2) ? 0 : rnd(b->len - at < 64 ? b->len - at : 64);
	if (b->len + n < GROWN_MAX)
		replace(b, at, cut, from->data + start, n);
}

static void mutate(struct pcs_buf *b, const struct corpus *c)
{
	static const char types[] = "NFT.SilfgxystuaAzZr()[{}<>c:0?I\xe9\xe3\xda\xfa\xdd\xde\xe7";
	if (b->len == 0)
		return;
	size_t first = rnd(32) && b->len > 16 ? 16 : 0;
	size_t at = first + rnd(b->len - first);
	uint8_t byte = (uint8_t)b->data[at];
	switch (rnd(10)) {
	case 0:
		b->data[at] = (char)(byte ^ 1u << rnd(8));
		break;
	case 1:
		b->data[at] = (char)rnd(256);
		break;
	case 2:
		b->data[at] = (char)(byte ^ 0x80);
		break;
	case 3:
		b->data[at] = types[rnd(sizeof(types) - 1)];
		break;
	case 4:
		b->data[at] = (char)(byte + (rnd(2) ? 1 : -1));
		break;
	case 5:
		put_number(b, at);
		break;
	case 6:
		put_reference(b, at);
		break;
	case 7:
		put_nested(b, at);
		break;
	case 8:
		put_piece(b, at, &c->list[rnd(c->n)]);
		break;
	case 9:
		if (rnd(4) == 0)
			b->len = at;
		else
			replace(b, at, rnd(b->len - at < 9 ? b->len - at : 9), "", 0);
		break;
	}
}

static void count_reason(const char *what)
{
	size_t i = 0;
	while (i < REASONS_MAX && reasons[i].what && reasons[i].what != what)
		i++;
	assert(i < REASONS_MAX);
	reasons[i].what = what;
	reasons[i].n++;
}

/* In memory of exactly that length, so that a byte too far is noticed. */
static int canonical(const struct pcs_buf *in, struct pcs_buf *out)
{
	struct pcs_refusal why = { 0 };
	uint8_t *exact = malloc(in->len);
	if (!exact && in->len)
		abort();
	if (in->len)
		memcpy(exact, in->data, in->len);
	int r = pcs_pyc_canonical(exact, in->len, out, &why);
	free(exact);
	assert(r == 0 || (r == -PCS_ECANON && why.what && why.at <= in->len && out->len == 0));
	if (r < 0)
		count_reason(why.what);
	return r;
}

static bool try(const struct pcs_buf *in, bool keep)
{
	PCS_BUF struct pcs_buf once = { 0 };
	PCS_BUF struct pcs_buf twice = { 0 };
	if (canonical(in, &once) < 0)
		return false;
	assert(canonical(&once, &twice) == 0);
	assert(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
	assert(once.len <= in->len * 3);
	if (keep) {
		uint32_t lens[2] = { (uint32_t)in->len, (uint32_t)once.len };
		fwrite(&lens[0], sizeof(lens[0]), 1, stdout);
		fwrite(in->data, 1, in->len, stdout);
		fwrite(&lens[1], sizeof(lens[1]), 1, stdout);
		fwrite(once.data, 1, once.len, stdout);
	}
	return true;
}

int main(int argc, char **argv)
{
	unsigned long keep = 0;
	for (int o; (o = getopt(argc, argv, "k:")) != -1;) {
		if (o != 'k')
			return 2;
		keep = strtoul(optarg, NULL, 10);
	}
	if (argc - optind != 2)
		return 2;
	size_t n = strtoul(argv[optind], NULL, 10), forms = 0;
	struct corpus c = { 0 };
	load(&c);
	if (!c.n)
		return 2;
	state = strtoull(argv[optind + 1], NULL, 10) * 2 + 1;
	for (size_t i = 0; i < n; i++) {
		const struct pyc *from = &c.list[rnd(c.n)];
		PCS_BUF struct pcs_buf b = { 0 };
		if (i % A_TURN == 0)
			alarm(SECONDS); /* whose default is death: a turn takes some milliseconds */
		if (pcs_buf_add(&b, from->data, from->len) < 0)
			abort();
		for (size_t k = rnd(rnd(2) ? 2 : 6) + 1; k--;)
			mutate(&b, &c);
		forms += try(&b, keep && forms % keep == 0);
	}
	fprintf(stderr, "%zu mutations of %zu pycs: %zu canonical forms\n", n, c.n, forms);
	for (size_t i = 0; i < REASONS_MAX && reasons[i].what; i++)
		fprintf(stderr, "%9zu %s\n", reasons[i].n, reasons[i].what);
	for (size_t i = 0; i < c.n; i++)
		free(c.list[i].data);
	free(c.list);
	return fflush(stdout) == EOF ? 2 : 0;
}
