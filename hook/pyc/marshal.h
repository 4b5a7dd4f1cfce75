#pragma once
/*
 * What a marshal stream says, as a graph in which equal objects are one node. This is the inside of
 * pyc/canon.h: marshal_read builds the graph, marshal_write writes it.
 */

#include <stdbool.h>

#include "pyc/canon.h"

enum {
	PCS_MARSHAL_DEPTH = 2000,       /* cpython:Python/marshal.c, MAX_MARSHAL_STACK_DEPTH */
	PCS_MARSHAL_MAX = 64 << 20,     /* bytes of a stream: far beyond any code */
	PCS_MARSHAL_FLAG_REF = 0x80,    /* of a type byte: later objects may refer to this one */
	PCS_MARSHAL_SHORT_MAX = 0xff,   /* lengths that fit into the short forms */
	PCS_MARSHAL_DIGIT_BITS = 15,    /* of an int beyond 32 bits, two bytes each */
	PCS_MARSHAL_CODE_CHILDREN = 10, /* at most, objects in a code object */
};

/* In the order in which elements of a frozenset are sorted. */
enum pcs_kind {
	PCS_KIND_NONE,
	PCS_KIND_ELLIPSIS,
	PCS_KIND_FALSE,
	PCS_KIND_TRUE,
	PCS_KIND_INT,
	PCS_KIND_LONG,
	PCS_KIND_FLOAT,
	PCS_KIND_COMPLEX,
	PCS_KIND_STR,
	PCS_KIND_BYTES,
	PCS_KIND_TUPLE,
	PCS_KIND_FROZENSET,
	PCS_KIND_SLICE,
	PCS_KIND_CODE,
};

enum pcs_node_flags {
	PCS_NODE_INTERN = 1 << 0,   /* a str that CPython interns when it loads the code */
	PCS_NODE_ALL_STR = 1 << 1,  /* a tuple of nothing but such strs */
	PCS_NODE_HAS_CODE = 1 << 2, /* is a code object or holds one */
	PCS_NODE_ASCII = 1 << 3,    /* a str of nothing else */
};

/* The nodes that are always there; their number is their kind. */
enum { PCS_NODE_SINGLETONS = PCS_KIND_TRUE + 1, PCS_NO_NODE = UINT32_MAX };

struct pcs_node {
	uint32_t hash;
	uint32_t at;     /* its bytes in the stream, or its first child in `edges` */
	uint32_t n;      /* so many bytes or children */
	uint32_t uses;   /* how often it is a child */
	uint32_t ref;    /* its number among the objects that are referred to, once it is written */
	uint8_t kind;    /* enum pcs_kind */
	uint8_t flags;   /* enum pcs_node_flags */
	uint16_t height; /* 1, or one more than the highest child's */
};

struct pcs_graph {
	const uint8_t *in;
	size_t len;
	unsigned minor;
	struct pcs_node *nodes;
	size_t n_nodes, cap_nodes;
	uint32_t *edges; /* children; those of a code object are followed by two offsets into the
			    stream: of its numbers, and of its first line number */
	size_t n_edges, cap_edges;
	uint32_t *table; /* open addressing; node numbers */
	size_t table_size;
	uint64_t effort; /* steps left of those that hostile input could multiply */
	struct pcs_refusal why;
};

/* A graph of the singletons. 0 or -ENOMEM. */
int pcs_graph_init(struct pcs_graph *g, const uint8_t *in, size_t len, unsigned minor);
void pcs_graph_done(struct pcs_graph *g);

/* Note why; returns -PCS_ECANON. */
int pcs_graph_refuse(struct pcs_graph *g, size_t at, const char *what);

/*
 * Take steps off the effort that is left. False when there were not enough; then nothing is left,
 * and the stream is to be refused in these words.
 */
bool pcs_graph_spend(struct pcs_graph *g, uint64_t steps);
extern const char pcs_made_slow[], pcs_too_deep[];

/*
 * The node of an object at `at`: the one that is there, or a new one. A leaf's value is `n` bytes
 * of the stream there; with `own` it is a new one always, as it may not be merged with its equals.
 * The number is in *ret. 0, -PCS_ECANON, -ENOMEM.
 */
int pcs_graph_leaf(struct pcs_graph *g, enum pcs_kind kind, size_t at, size_t n, bool own,
		   uint32_t *ret);
int pcs_graph_parent(struct pcs_graph *g, enum pcs_kind kind, const uint32_t *children, size_t n,
		     size_t at, uint32_t *ret);

/*
 * A new node of the code object at `at`, behind whose type byte its numbers are. `line`: where its
 * first line number is.
 */
int pcs_graph_code(struct pcs_graph *g, const uint32_t *children, size_t n, size_t at, size_t line,
		   uint32_t *ret);

/* Sort elements of a frozenset that begins at `at`. -PCS_ECANON when two may be equal. */
int pcs_graph_sort(struct pcs_graph *g, uint32_t *elements, size_t n, size_t at);

/* Read the whole stream, which is one code object. 0, -PCS_ECANON, -ENOMEM. */
int pcs_marshal_read(struct pcs_graph *g, uint32_t *ret_root);

/* Append the canonical stream. 0, -PCS_ECANON, -ENOMEM. */
int pcs_marshal_write(struct pcs_graph *g, uint32_t root, struct pcs_buf *ret);

/* What a code object is made of. */
struct pcs_code_layout {
	uint8_t numbers;     /* so many numbers of 32 bits, then */
	uint8_t before_line; /* so many objects, then the first line number, then the rest of */
	uint8_t children;    /* so many objects in all */
	uint8_t flags;       /* which number is co_flags */
	uint8_t variables;   /* which child has the names of local variables */
	uint8_t kinds;       /* which child says what they are; 0: none does */
	uint8_t parts[PCS_MARSHAL_CODE_CHILDREN]; /* what each child has to be */
};

/* The layout in CPython 3.`minor`. */
const struct pcs_code_layout *pcs_code_layout(unsigned minor);

/*
 * What is wrong with a code object, as a fixed text, or NULL: all that CPython asks of one when it
 * loads it. Marks its names as interned. `numbers` is where they begin in the stream.
 */
const char *pcs_code_check(struct pcs_graph *g, const struct pcs_code_layout *l, size_t numbers,
			   const uint32_t *children);

static inline uint32_t pcs_load32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
