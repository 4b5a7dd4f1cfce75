/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: a package, from its first byte to the findings. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "verify/package.h"
#include "verify/verify.h"
#include "workers/interp.h"
#include "policy/policy.h"
#include "policy/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void verify(const char *file)
{
	static struct pcs_policy *policy;
	struct pcs_interps none = { 0 };
	struct pcs_site site = { .interps = &none };
	struct pcs_verify v = { .site = &site, .flags = PCS_VERIFY_DEEP };
	PCS_BUF struct pcs_buf why = { 0 };
	if (!policy && pcs_policy_builtin(&policy) < 0)
		return;
	site.policy = policy;
	if (pcs_verify_archive(&v, file, &why) == 0)
		pcs_findings_sort(&v.found);
	pcs_verify_done(&v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char path[64];
	PCS_CLOSE int fd = memfd_create("package", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	verify(path);
	return 0;
}
