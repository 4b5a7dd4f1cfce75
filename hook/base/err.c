/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/err.h"

#include <string.h>

const char *pcs_strerror(int code)
{
	if (code < 0)
		code = -code;
	switch (code) {
	case PCS_EPOLICY:
		return "the policy is not valid";
	case PCS_EPROTO:
		return "the worker sent what is not of this protocol";
	case PCS_EWORKER:
		return "the worker could not be started";
	case PCS_ENOTDIR_CACHE:
		return "__pycache__ is not a directory (a symbolic link is refused)";
	case PCS_ECHANGED:
		return "the source keeps changing while it is read";
	case PCS_EUSAGE:
		return "wrong usage";
	case PCS_ESIGNAL:
		return "ended by a signal";
	case PCS_ESTRIP:
		return "its path does not begin with the strip-dir";
	case PCS_ECANON:
		return "the code has no canonical form";
	case PCS_EARCHIVE:
		return "the archive cannot be read";
	case PCS_ELIMIT:
		return "the archive goes beyond what is examined";
	case PCS_EUNSAFE:
		return "a symbolic link leads to what is another user's";
	case PCS_EPSEUDO:
		return "nothing is read on procfs and its like";
	case PCS_EREPLACED:
		return "its directory was replaced meanwhile";
	case PCS_EPRIVATE:
		return "the owner of its __pycache__ may not read the source";
	case PCS_EOWNER:
		return "it is another user's, and root cannot act as that user here: CAP_SETUID or "
		       "CAP_SETGID is missing, or in this namespace the user, or group 65534";
	}
	return strerror(code);
}
