/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What marshal streams are made of, version by version (cpython:Python/marshal.c, r_object()): one
 * table of types and one of code objects, for all who read or write streams. Pure.
 */

#include <stdint.h>

enum {
	PCS_MARSHAL_DEPTH = 2000,     /* MAX_MARSHAL_STACK_DEPTH */
	PCS_MARSHAL_FLAG_REF = 0x80,  /* of a type byte: later objects may refer to this one */
	PCS_MARSHAL_NULL = '0',       /* ends a dict */
	PCS_MARSHAL_SHORT_MAX = 0xff, /* lengths that fit into the short forms */
	PCS_MARSHAL_DIGIT_BITS = 15,  /* of an int beyond 32 bits, two bytes each */
};

/* What an object is. In the order in which elements of a frozenset are sorted. */
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
	PCS_KIND_OTHER, /* CPython reads it, but writes none into code */
};

/* What follows a type byte. Lengths and counts are numbers of one byte or four. */
enum pcs_shape {
	PCS_SHAPE_UNKNOWN,
	PCS_SHAPE_SINGLETON, /* nothing; it has no number among those that are referred to */
	PCS_SHAPE_REF,       /* the number of an object, 32 bits */
	PCS_SHAPE_FIXED,     /* `size` bytes */
	PCS_SHAPE_DIGITS,    /* how many, negative for a negative int; two bytes each */
	PCS_SHAPE_DECIMAL,   /* `size` numbers as text, each after its length of one byte */
	PCS_SHAPE_OBJECTS,   /* `size` objects */
	PCS_SHAPE_BYTES,     /* a length of `size` bytes, and so many bytes */
	PCS_SHAPE_ASCII,     /* the same */
	PCS_SHAPE_UTF8,      /* the same, see pyc/text.h */
	PCS_SHAPE_ITEMS,     /* a count of `size` bytes, and so many objects */
	PCS_SHAPE_PAIRS,     /* keys and values, then PCS_MARSHAL_NULL */
	PCS_SHAPE_CODE,      /* see struct pcs_code_layout */
};

struct pcs_type {
	uint8_t shape; /* enum pcs_shape */
	uint8_t size;
	uint8_t kind;  /* enum pcs_kind, but for PCS_SHAPE_REF */
	uint8_t since; /* the first minor version that has it */
};

/* By type byte without PCS_MARSHAL_FLAG_REF. The first is no type. */
extern const struct pcs_type pcs_types[PCS_MARSHAL_FLAG_REF];

/* What a type byte means to CPython 3.`minor`. */
static inline const struct pcs_type *pcs_type_of(uint8_t byte, unsigned minor)
{
	uint8_t type = byte & (PCS_MARSHAL_FLAG_REF - 1);
	return &pcs_types[pcs_types[type].since <= minor ? type : 0];
}

/* A part of a code object. */
enum pcs_part {
	PCS_PART_BYTES = 'b',
	PCS_PART_TUPLE = 't',
	PCS_PART_NAMES = 'n', /* a tuple of strs that are interned */
	PCS_PART_STR = 's',
	PCS_PART_NAME = 'i', /* a str that is interned */
	PCS_PART_FILE = 'f', /* a str, co_filename */
	PCS_PART_LINE = '#', /* no object: the first line number, 32 bits */
};

struct pcs_code_layout {
	uint8_t since;     /* the first minor version that has it */
	uint8_t numbers;   /* so many numbers of 32 bits, then */
	const char *parts; /* enum pcs_part, one after the other */
	uint8_t flags;     /* which number is co_flags */
	uint8_t variables; /* which object has the names of local variables */
	uint8_t kinds;     /* which object says what they are; 0: none does */
};

/* The layout in CPython 3.`minor`, which is the newest one for versions to come. NULL before 3.8.
 */
const struct pcs_code_layout *pcs_code_layout(unsigned minor);

/* What a part that is an object has to be. */
static inline enum pcs_kind pcs_part_kind(char part)
{
	return part == PCS_PART_BYTES                           ? PCS_KIND_BYTES :
	       part == PCS_PART_TUPLE || part == PCS_PART_NAMES ? PCS_KIND_TUPLE :
								  PCS_KIND_STR;
}

static inline uint32_t pcs_load32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t pcs_load64(const uint8_t *p)
{
	return pcs_load32(p) | (uint64_t)pcs_load32(p + 4) << 32;
}
