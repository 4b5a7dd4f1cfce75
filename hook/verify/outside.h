/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Looks at pycs of a tree outside of __pycache__. */

struct pcs_look;
struct pcs_visit;

/* For struct pcs_visit_ops; the ctx of the visit is a struct pcs_look. 0 or -ENOMEM. */
int pcs_look_at_legacy(struct pcs_visit *v, const char *name);

/* Where k.py is named, it is k/__init__.pyc that would be imported in its place. 0 or -ENOMEM. */
int pcs_look_at_package(struct pcs_look *k, const char *name);
