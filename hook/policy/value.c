/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/value.h"

#include <string.h>

#include "base/log.h"
#include "policy/keys.h"
#include "policy/model.h"
#include "policy/query.h"

int pcs_policy_add_origin(const struct pcs_policy *p, struct pcs_origin at, struct pcs_buf *ret)
{
	const char *layer = pcs_policy_layer(p, at.layer);
	int r = pcs_buf_add_shown(ret, layer, strlen(layer));
	return r < 0 || at.line == 0 ? r : pcs_buf_printf(ret, ":%u", at.line);
}

static int add_levels(struct pcs_buf *ret, unsigned levels)
{
	int r = pcs_buf_adds(ret, "[");
	for (unsigned i = 0, n = 0; i < 8 && r == 0; i++)
		if (levels & 1u << i)
			r = pcs_buf_printf(ret, "%s%u", n++ ? ", " : "", i);
	return r < 0 ? r : pcs_buf_adds(ret, "]");
}

static int add_size(struct pcs_buf *ret, uint64_t size)
{
	static const char *const units[] = { "", "KiB", "MiB", "GiB" };
	unsigned unit = 0;
	while (unit < 3 && size && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	return pcs_buf_printf(ret, "%llu%s", (unsigned long long)size, units[unit]);
}

int pcs_key_add_value(const struct pcs_key_row *row, const void *object, struct pcs_buf *ret)
{
	const void *field = pcs_key_field(row, object);
	switch (row->type) {
	case PCS_TYPE_VERSION:
		return pcs_buf_adds(ret, row->value);
	case PCS_TYPE_BOOL:
		return pcs_buf_adds(ret, *(const bool *)field ? "true" : "false");
	case PCS_TYPE_WORD:
		return pcs_buf_adds(ret, row->words[*(const uint8_t *)field]);
	case PCS_TYPE_LEVELS:
		return add_levels(ret, *(const uint8_t *)field);
	case PCS_TYPE_NUMBER:
		return pcs_buf_printf(ret, "%u", *(const uint32_t *)field);
	case PCS_TYPE_SIZE:
		return add_size(ret, *(const uint64_t *)field);
	case PCS_TYPE_SIZE_OVER:
		return add_size(ret, *(const uint64_t *)field - 1);
	default:
		return 0;
	}
}

int pcs_policy_add_value(const struct pcs_settings *s, enum pcs_key key, struct pcs_buf *ret)
{
	const struct pcs_rule rule = { .value = *s };
	return pcs_key_add_value(pcs_key_of(key), &rule, ret);
}

const char *pcs_policy_key_name(enum pcs_key key)
{
	return pcs_key_of(key)->name;
}
